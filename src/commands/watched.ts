import { show } from '../command.ts'
import type { Context } from '../context.ts'
import { withSpinner } from '../terminal/spinner.ts'

/** Somebody who waits sees for what; a command whose output is shown needs no more. */
export const watched = (ctx: Context): Context => ({
  ...ctx,
  run: (command, options) =>
    options?.onOutput
      ? ctx.run(command, options)
      : withSpinner(show(command), () => ctx.run(command, options), ctx),
})
