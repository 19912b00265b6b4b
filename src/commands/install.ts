import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import { SeaworthyError } from '../errors.ts'
import { lastLines } from '../terminal/last-lines.ts'
import { withSpinner } from '../terminal/spinner.ts'
import type { WriteFlags } from './write-files.ts'

/** Runs the package manager's command. @throws SeaworthyError `SW-DEPENDENCY-FAILED`. */
export const install = async (command: Command, flags: WriteFlags, ctx: Context): Promise<void> => {
  const result = await withSpinner('Installing', () => ctx.run(command), quiet(flags, ctx))
  if (result.code === 0) return
  throw new SeaworthyError({
    code: 'SW-DEPENDENCY-FAILED',
    what: 'The files are written, but the dependencies of the app could not be changed.',
    why: result.isMissing
      ? `${command.file} is not installed.`
      : lastLines(`${result.stdout}\n${result.stderr}`, 8),
    next: `Type it yourself, in ${command.cwd}: ${show(command)}`,
  })
}

/** With `--json` standard error is no place to draw on either. */
export const quiet = ({ json }: WriteFlags, ctx: Context): Context =>
  json ? { ...ctx, isInteractive: false } : ctx
