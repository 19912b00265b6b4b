import type { Command } from 'commander'
import type { Context } from '../context.ts'

/** What main.ts hands to a command. */
export interface Host {
  ctx: Context
  /** The exit code of this process when it is not 0; an error that is thrown brings its own. */
  exitWith: (code: number) => void
}

/** A file in src/commands: it describes its arguments and options and does the work. */
export interface CommandModule {
  register: (command: Command, host: Host) => void
}
