import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type CommandResult, run } from '../../src/command.ts'
import { installExample } from './example-app.ts'
import { prismaEnv } from './prisma-cli.ts'
import { type ProjectFiles, project } from './project.ts'

/** The versions of the examples; that of 6 can do without native engines, and 7 has none for queries. */
export type Major = 6 | 7

export const versions = { 6: '6.19.3', 7: '7.10.0' } as const

/** A project with the real Prisma of that version installed. */
export const prismaProject = async (major: Major, files: ProjectFiles): Promise<string> => {
  const installed = await installExample(major === 6 ? 'logbook-prisma6' : 'notes-prisma7')
  const root = project({
    'package.json': { type: 'module', dependencies: { prisma: versions[major] } },
    ...files,
  })
  symlinkSync(installed, join(root, 'node_modules'))
  return root
}

const runPrisma = (root: string, words: string[], env: Record<string, string>): Promise<CommandResult> =>
  run({
    file: process.execPath,
    args: [join(root, 'node_modules/prisma/build/index.js'), ...words],
    cwd: root,
    env: { ...prismaEnv, PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1', ...env },
  })

// The first thing that the CLI has its engine do is to open the database: in which folder, and by which url, is noted.
const recorder = `#!${process.execPath}
const { appendFileSync } = require('node:fs')
appendFileSync(process.env.SEEN_BY_ENGINE, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))
process.exit(1)
`

/**
 * The file that Prisma's CLI has its engine open, relative to the root, or absolute where it lies outside. The engine
 * itself cannot be had without a network: a recorder stands in for it. That the engine leaves the parameters of a url
 * off is therefore not shown here.
 */
export const openedByCli = async (root: string): Promise<string> => {
  const engine = join(root, 'node-engine.cjs')
  const seen = join(root, 'seen.json')
  writeFileSync(engine, recorder)
  chmodSync(engine, 0o755)
  const result = await runPrisma(root, ['migrate', 'deploy'], {
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
    SEEN_BY_ENGINE: seen,
  })
  if (!existsSync(seen)) throw new Error(`no engine was started: ${result.stdout}${result.stderr}`)
  const { args, cwd }: { args: string[]; cwd: string } = JSON.parse(readFileSync(seen, 'utf8'))
  const datasource = args[args.indexOf('--datasource') + 1] ?? ''
  const { url }: { url: string } = datasource.startsWith('{') ? JSON.parse(datasource) : { url: datasource }
  return fromRoot(root, resolve(cwd, url.replace(/^file:/, '').replace(/\?.*/, '')))
}

/** Makes the client of a project's schema. @throws when that fails. */
export const generateClient = async (root: string): Promise<void> => {
  const result = await runPrisma(root, ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath })
  if (result.code !== 0) throw new Error(result.stdout + result.stderr)
}

/** The database files that running a file of the project makes, with the project as working directory. */
export const openedByRunning = async (root: string, file: string): Promise<string[]> => {
  const result = await run({ file: process.execPath, args: [file], cwd: root })
  if (result.code !== 0) throw new Error(result.stdout + result.stderr)
  return databaseFiles(root)
}

/** The SQLite databases in a project, relative to its root. */
export const databaseFiles = (root: string): string[] => databasesIn(root).map((path) => fromRoot(root, path))

const databasesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return databasesIn(path)
    return entry.isFile() && isDatabase(path) ? [path] : []
  })

const isDatabase = (path: string): boolean =>
  readFileSync(path).subarray(0, 15).toString() === 'SQLite format 3'

const fromRoot = (root: string, path: string): string => {
  const inRoot = relative(root, path)
  return inRoot.startsWith('..') ? path : inRoot
}
