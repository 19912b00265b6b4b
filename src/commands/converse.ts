import type { Context } from '../context.ts'
import type { Conversation } from '../platforms/conversation.ts'
import { askYesNo } from '../terminal/prompts.ts'
import type { WriteFlags } from './write-files.ts'

export const isAsking = ({ yes, force, dryRun }: WriteFlags): boolean => !yes && !force && !dryRun

/** Asks before each step, unless all was said at once. */
export const converse = (flags: WriteFlags, ctx: Context): Conversation => {
  const say = flags.json ? ctx.log : ctx.out
  return {
    say,
    confirm: async (about, command) => {
      if (isAsking(flags)) return askYesNo(`Run \`${command}\`: ${about}?`)
      say(`Running: ${command}`)
      return true
    },
  }
}
