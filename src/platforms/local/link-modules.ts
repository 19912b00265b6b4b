import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Gives the release the app's installed packages, as links. Prisma's client is its own: generating one writes
 * `node_modules/.prisma` with the place of the schema in it, and the developer's must go on opening the developer's
 * database.
 */
export const linkModules = (root: string, release: string): void => {
  const [from, to] = [join(root, 'node_modules'), join(release, 'node_modules')]
  if (!existsSync(from)) return
  const client = join(from, '@prisma', 'client')
  if (!existsSync(client)) {
    symlinkSync(from, to)
    return
  }
  linkEntries(from, to, ['.prisma', '@prisma'])
  linkEntries(join(from, '@prisma'), join(to, '@prisma'), ['client'])
  copyClient(realpathSync(client), to)
}

const linkEntries = (from: string, to: string, except: string[]): void => {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (!except.includes(name)) symlinkSync(join(from, name), join(to, name))
  }
}

// Only its own files look for `.prisma`, beside where they really are; its folders, 70 MB, need not be copied.
const copyClient = (client: string, modules: string): void => {
  const target = join(modules, '@prisma', 'client')
  mkdirSync(target)
  for (const entry of readdirSync(client, { withFileTypes: true })) {
    const [from, to] = [join(client, entry.name), join(target, entry.name)]
    if (entry.isFile()) copyFileSync(from, to)
    else symlinkSync(from, to)
  }
  const generated = join(client, '..', '..', '.prisma')
  if (existsSync(generated))
    cpSync(generated, join(modules, '.prisma'), { recursive: true, dereference: true })
}
