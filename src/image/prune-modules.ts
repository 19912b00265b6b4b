import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { pruneClient } from './client-runtime.ts'
import { neededPackages, runtimeDependencies, workspacesAbove } from './needed-packages.ts'
import { removeTwins } from './twins.ts'

export interface PruneOptions {
  /** Packages to keep besides the app's dependencies, with what they depend on. */
  keep: readonly string[]
  /** Beginnings of names that are left out all the same. */
  drop: readonly string[]
  /** Keep nothing but those of `keep`. */
  isOnly: boolean
  /**
   * A folder laid out like the app, or its workspace from the root on, that is copied to the same place: what it has is
   * left out. Relative to the app.
   */
  beside: string | null
  /** Another package of the workspace, whose packages are meant too. Relative to the app. */
  from: string | null
}

/**
 * Takes the packages that running the app does not need out of its `node_modules`, in the layouts of npm, Yarn, pnpm
 * and Bun; whatever is no package, Prisma's generated client above all, stays.
 *
 * @param root absolute path of the app.
 * @returns how many were removed.
 */
export const pruneModules = (root: string, { keep, drop, isOnly, beside, from }: PruneOptions): number => {
  const app = realpathSync(root)
  const roots = [app, ...(from === null ? [] : [realpathSync(join(app, from))])]
  const isDropped = (name: string): boolean => drop.some((start) => name.startsWith(start))
  const wanted = (folder: string) => [...(isOnly ? [] : runtimeDependencies(folder)), ...keep]
  const needed = new Set(roots.flatMap((folder) => [...neededPackages(folder, wanted(folder), isDropped)]))
  const members = [...needed].filter((folder) => !folder.includes('/node_modules/'))
  const owners = new Set([...roots, ...workspacesAbove(app), ...members])
  const folders = [...owners].map((folder) => join(folder, 'node_modules')).filter(existsSync)
  let count = 0
  for (const folder of folders) count += pruneFolder(folder, needed)
  for (const folder of folders) removeDeadLinks(folder)
  const top = workspacesAbove(app).at(-1) ?? app
  const others = beside === null ? [] : folders.map((folder) => join(app, beside, relative(top, folder)))
  for (const client of new Set([...folders, ...others].flatMap(clientsIn))) pruneClient(client, top)
  for (const [index, other] of others.entries()) removeTwins(folders[index] ?? '', other)
  return count
}

const clientsIn = (modules: string): string[] => {
  const client = targetOf(join(modules, '@prisma', 'client'))
  return client === null ? [] : [client]
}

/** Where pnpm and Bun keep the packages that `node_modules` has links to. */
const stores = new Set(['.pnpm', '.bun'])

const pruneFolder = (modules: string, needed: ReadonlySet<string>): number => {
  let count = 0
  for (const { path, name, isLink } of packagesIn(modules)) {
    if (stores.has(name)) count += pruneStore(path, needed)
    else if (name.startsWith('.')) continue
    else if (isLink) {
      if (!needed.has(targetOf(path) ?? '')) remove(path)
    } else if (needed.has(path)) count += pruneFolder(join(path, 'node_modules'), needed)
    else count += remove(path)
  }
  return count
}

/** A store has a folder for each package with a `node_modules` in it: the package itself and links to what it needs. */
const pruneStore = (store: string, needed: ReadonlySet<string>): number => {
  let count = 0
  for (const { path, name } of entriesOf(store)) {
    const packages = packagesIn(join(path, 'node_modules')).filter(({ isLink }) => !isLink)
    const isNeeded = packages.some((entry) => needed.has(entry.path))
    if (name !== 'node_modules' && !isNeeded && packages.length > 0) count += remove(path)
  }
  return count
}

const removeDeadLinks = (modules: string): void => {
  for (const { path, name, isLink } of [...packagesIn(modules), ...entriesOf(join(modules, '.bin'))]) {
    if (isLink && targetOf(path) === null) remove(path)
    if (!stores.has(name)) continue
    removeDeadLinks(join(path, 'node_modules'))
    for (const entry of entriesOf(path)) removeDeadLinks(join(entry.path, 'node_modules'))
  }
}

interface Entry {
  path: string
  name: string
  isLink: boolean
}

/** What is in a folder, those of scopes (`@prisma`) taken apart. */
const packagesIn = (modules: string): Entry[] =>
  entriesOf(modules).flatMap((entry) =>
    entry.name.startsWith('@') && !entry.isLink ? entriesOf(entry.path) : [entry],
  )

/** Nothing when the folder is not there. */
const entriesOf = (folder: string): Entry[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).map((entry) => ({
        path: join(folder, entry.name),
        name: entry.name,
        isLink: entry.isSymbolicLink(),
      }))
    : []

const targetOf = (link: string): string | null => (existsSync(link) ? realpathSync(link) : null)

const remove = (path: string): number => {
  rmSync(path, { recursive: true })
  const folder = dirname(path)
  if (basename(folder).startsWith('@') && readdirSync(folder).length === 0) rmdirSync(folder)
  return 1
}
