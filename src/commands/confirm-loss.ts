import type { Context } from '../context.ts'
import { SeaworthyError } from '../errors.ts'
import { askYesNo } from '../terminal/prompts.ts'

/**
 * Asks before something is destroyed.
 *
 * @param loss what is lost with it, as a sentence.
 * @param command that destroys it, without `--yes`.
 * @throws SeaworthyError `SW-CONFIRM` when nobody said yes.
 */
export const confirmLoss = async (
  part: string,
  loss: string,
  command: string,
  ctx: Context,
): Promise<void> => {
  if (ctx.isInteractive && (await askYesNo(`${loss} Go on?`))) return
  throw new SeaworthyError({
    code: 'SW-CONFIRM',
    what: `The ${part} was not destroyed: nobody said yes.`,
    why: loss,
    next: `${command} --yes`,
  })
}
