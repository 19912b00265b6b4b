import { dirname } from 'node:path'
import { type DatabaseOptions, readSettings } from './settings.ts'
import { Start } from './start.ts'
import { runStep } from './step.ts'

export { type RestorePoint, restorePoints } from './restore-point.ts'
export type { DatabaseOptions } from './settings.ts'

/**
 * The steps of a start, to be awaited in this order. Each logs what it decided; one that fails prints what happened,
 * why and what to do next, and ends the process with the exit code of docs/errors.md.
 */
export interface Database {
  /** Leads the app's database path to the volume, and takes the volume for this process alone. */
  link(): Promise<void>
  /** Takes the lease on the bucket, and restores if the volume has no database. Steps that need it call it. */
  restore(): Promise<void>
  /** Applies what is pending of Prisma's migrations. `engine: 'built-in'` never starts Prisma's CLI. */
  migrate(folder?: string, options?: { engine?: 'auto' | 'built-in' }): Promise<void>
  /** Runs this command on a new database, once. */
  seed(command?: string): Promise<void>
  /** Starts Litestream, or says loudly that nothing is backed up. */
  replicate(): Promise<void>
  /** Starts the application and ends with its exit code; the command is what follows the script's name. */
  launch(command?: readonly string[]): Promise<never>
}

/** @param options what the start script says; the environment goes first (docs/start-script.md). */
export const database = (options: DatabaseOptions): Database => {
  const root = dirname(process.argv[1] ?? process.cwd())
  return databaseIn(root, options)
}

/**
 * As `database`, for an app in a given folder: what `seaworthy run` uses.
 *
 * @param words the app's command.
 */
export const databaseIn = (
  root: string,
  options: DatabaseOptions,
  words: readonly string[] = process.argv.slice(2),
): Database => {
  const start = new Start(() => readSettings(options, root, process.env), words)
  let restored: Promise<void> | undefined
  // Without backups the start script has no such line, and yet it must be settled whether there is a database.
  const restoreOnce = () => {
    restored ??= restore(start)
    return restored
  }
  return {
    link: () => runStep(start, 'link', () => start.link()),
    restore: restoreOnce,
    migrate: async (folder = 'prisma/migrations', { engine = 'auto' } = {}) => {
      await restoreOnce()
      await runStep(start, 'migrate', () => start.migrate(folder, engine))
    },
    seed: async (command) => {
      await restoreOnce()
      await runStep(start, 'seed', () => start.seed(command))
    },
    replicate: async () => {
      await restoreOnce()
      await runStep(start, 'replicate', () => start.replicate())
    },
    launch: async (command = words) => {
      await runStep(start, 'launch', () => start.launch(command))
      await runStep(start, 'stop', () => start.end())
      return new Promise(() => {})
    },
  }
}

const restore = async (start: Start): Promise<void> => {
  await runStep(start, 'lease', () => start.lease())
  await runStep(start, 'restore', () => start.restore())
}
