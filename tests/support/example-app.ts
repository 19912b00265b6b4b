import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { bucketSecrets } from '../../src/bucket/bucket.ts'
import { type CommandResult, run } from '../../src/command.ts'

const repository = join(import.meta.dirname, '..', '..')

export type ExampleName = 'logbook-prisma6' | 'notes-prisma7'

/** An example app in a folder of its own, launched, with its dependencies installed and seaworthy among them. */
export interface ExampleApp {
  root: string
  /** Runs seaworthy's CLI, as built, in the app's folder. */
  seaworthy: (words: string[], env?: Record<string, string | undefined>) => Promise<CommandResult>
  /** Ends its machine and removes it. */
  remove: () => Promise<void>
}

// Any program will do as Prisma's engine for migrations: none is started, and none must be downloaded.
const noEngine = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }

/** No bucket but the one that the test brings. */
export const noSecrets: Record<string, undefined> = Object.fromEntries(
  bucketSecrets.map((name) => [name, undefined]),
)

export const exampleApp = async (name: ExampleName): Promise<ExampleApp> => {
  const installed = await installExample(name)
  const root = realpathSync(mkdtempSync(join(tmpdir(), `seaworthy-${name}-`)))
  copySources(name, root)
  addSeaworthy(join(root, 'package.json'))
  symlinkSync(installed, join(root, 'node_modules'))
  const seaworthy: ExampleApp['seaworthy'] = (words, env = {}) =>
    run({
      file: process.execPath,
      args: [join(repository, 'bin', 'seaworthy.mjs'), ...words],
      cwd: root,
      env: { ...noEngine, ...env },
    })
  const launched = await seaworthy(['launch', '--yes'])
  if (launched.code !== 0) throw new Error(launched.stderr)
  return {
    root,
    seaworthy,
    remove: async () => {
      await seaworthy(['local', 'destroy', 'machine', '--yes'])
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Installs the example once for each lock file, and gives that node_modules. */
export const installExample = async (name: ExampleName): Promise<string> => {
  const lock = readFileSync(join(repository, 'examples', name, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const cache = join(tmpdir(), 'seaworthy-examples', `${name}-${hash}`)
  if (!existsSync(cache)) {
    const making = `${cache}.${process.pid}`
    mkdirSync(making, { recursive: true })
    copySources(name, making)
    const { code, stderr } = await run({
      file: 'npm',
      args: ['ci', '--no-audit', '--no-fund'],
      cwd: making,
      env: noEngine,
    })
    if (code !== 0) throw new Error(`npm ci of ${name}: ${stderr}`)
    symlinkSync(repository, join(making, 'node_modules', 'seaworthy'))
    renameSync(making, cache)
  }
  return join(cache, 'node_modules')
}

const copySources = (name: ExampleName, target: string): void =>
  cpSync(join(repository, 'examples', name), target, {
    recursive: true,
    filter: (path) => !['node_modules', '.seaworthy'].includes(basename(path)),
  })

// Named already, it is not installed by `launch`.
const addSeaworthy = (file: string): void => {
  const content: { dependencies: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'))
  content.dependencies.seaworthy = '*'
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
}
