import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** What the stand-in knows of the world: one account on Fly. */
export interface World {
  isLoggedIn: boolean
  version: string
  /** Slug → name. */
  orgs: Record<string, string>
  /** Names that belong to other people. */
  taken: string[]
  apps: Record<string, App>
}

export interface App {
  org: string
  isDeployed: boolean
  secrets: Record<string, string>
  /** Name of its bucket. */
  bucket: string | null
  volumes: Volume[]
  machines: Machine[]
}

export interface Volume {
  id: string
  name: string
  region: string
  sizeGb: number
  snapshotDays: number
}

export interface Machine {
  id: string
  region: string
  state: 'started' | 'stopped'
  group: string
  volume: string | null
  /** Counts its deployments and starts. */
  starts: number
  /** What it runs, where machines are run: the folder of its release, the words for Node, its environment, its process. */
  release: { folder: string; words: string[]; env: Record<string, string>; port: number } | null
  pid: number | null
}

/** What is to go wrong, by command; set by a test. */
export interface Faults {
  /**
   * `before`: it fails and does nothing · `away`: the same, as Fly does not answer · `after`: it does its work and fails · `nothing`: it does nothing and ends well ·
   * `hang`: it does nothing and does not end by itself.
   */
  [command: string]: 'before' | 'away' | 'after' | 'nothing' | 'hang' | undefined
}

export interface Call {
  argv: string[]
  /** Length of what came on standard input. */
  input: number
}

/** How the stand-in is called. */
export interface Surroundings {
  /** Where the account is. */
  folder: string
  cwd: string
  /** Standard input, where it is read. */
  readInput: () => string
  /** Machines are processes that really run. */
  isRunning: boolean
}

export const files = (folder: string) => ({
  world: join(folder, 'world.json'),
  faults: join(folder, 'faults.json'),
  calls: join(folder, 'calls.jsonl'),
  lock: join(folder, 'lock'),
  hanging: join(folder, 'hanging'),
})

export const readWorld = (folder: string): World => JSON.parse(readFileSync(files(folder).world, 'utf8'))

export const writeWorld = (folder: string, world: World): void => {
  const { world: file } = files(folder)
  writeFileSync(`${file}.tmp`, JSON.stringify(world, null, 2))
  renameSync(`${file}.tmp`, file)
}

export const readFaults = (folder: string): Faults =>
  existsSync(files(folder).faults) ? JSON.parse(readFileSync(files(folder).faults, 'utf8')) : {}

export const noteCall = (folder: string, call: Call): void =>
  appendFileSync(files(folder).calls, `${JSON.stringify(call)}\n`)

/** Commands that run side by side take turns. */
export const alone = async <Result>(folder: string, work: () => Promise<Result>): Promise<Result> => {
  const { lock } = files(folder)
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      // The folder goes with its test; whoever holds the lock may have been killed.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true })
  }
}
