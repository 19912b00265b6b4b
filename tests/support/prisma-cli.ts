import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandResult, run } from '../../src/command.ts'

/** The last version whose CLI runs from npm alone: its schema engine is part of it (`engine: 'js'`). */
export const prismaVersion = '6.19.3'

// Installed once on this machine, for all test runs.
const installation = join(tmpdir(), `seaworthy-prisma-${prismaVersion}`)

/** Installs Prisma's real CLI; gives the folder with its node_modules. */
export const installPrisma = (): string => {
  if (existsSync(installation)) return installation
  const temporary = `${installation}.${process.pid}`
  mkdirSync(temporary)
  writeFileSync(join(temporary, 'package.json'), '{ "private": true }')
  const packages = ['prisma', '@prisma/adapter-libsql'].map((name) => `${name}@${prismaVersion}`)
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: temporary, stdio: 'pipe' })
  try {
    renameSync(temporary, installation)
  } catch (error) {
    // Another test run was first.
    rmSync(temporary, { recursive: true })
    if (!existsSync(installation)) throw error
  }
  return installation
}

/** What an app has that lets the real CLI work without its native engines. */
export const prismaFiles = {
  'package.json': { private: true, type: 'module' },
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url      = "file:./dev.db"\n}\n',
  'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n',
  // Times as the native engine writes them.
  'prisma.config.ts': `
    import { PrismaLibSQL } from '@prisma/adapter-libsql'
    export default {
      experimental: { adapter: true },
      engine: 'js',
      schema: 'prisma/schema.prisma',
      adapter: async () =>
        new PrismaLibSQL({ url: 'file:./prisma/dev.db' }, { timestampFormat: 'unixepoch-ms' }),
    }`,
}

/** Environment in which the CLI does not look for its native engines on the network. */
export const prismaEnv = { PRISMA_QUERY_ENGINE_LIBRARY: process.execPath, CHECKPOINT_DISABLE: '1' }

export const linkPrisma = (root: string): void =>
  symlinkSync(join(installPrisma(), 'node_modules'), join(root, 'node_modules'))

/** Gives an image that has other packages already the app's own Prisma CLI. */
export const installCli = (image: string): void => {
  const installed = join(installPrisma(), 'node_modules')
  for (const name of readdirSync(installed))
    symlinkSync(join(installed, name), join(image, 'node_modules', name))
  for (const file of ['prisma/schema.prisma', 'prisma.config.ts'] as const)
    writeFileSync(join(image, file), prismaFiles[file])
}

/** `prisma migrate deploy` in an app that has `prismaFiles`. */
export const migrateDeploy = (root: string): Promise<CommandResult> =>
  run({
    file: process.execPath,
    args: [join(root, 'node_modules/prisma/build/index.js'), 'migrate', 'deploy'],
    cwd: root,
    env: { ...prismaEnv, PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1' },
  })
