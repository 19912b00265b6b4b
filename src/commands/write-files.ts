import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { SeaworthyError, stopped } from '../errors.ts'
import { generate } from '../generate/generate.ts'
import type { Choice, FileChange } from '../generate/generated-file.ts'
import { compare, compareVanishing, write } from '../generate/write.ts'
import type { RememberedOptions } from '../plan/options.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { diffText, fileList, wordFor } from '../terminal/changes.ts'
import { askOne } from '../terminal/prompts.ts'

/** How the files of a plan are to be written. */
export interface WriteFlags {
  /** Show what would be done. */
  dryRun?: boolean
  /** Overwrite files that differ. */
  force?: boolean
  /** Ask nothing: keep files that differ. */
  yes?: boolean
  json?: boolean
}

export const addWriteOptions = (command: Command): Command =>
  command
    .argument('[dir]', 'folder of the app', '.')
    .option('--yes', 'ask nothing and take the defaults; files that differ are kept')
    .option('--force', 'overwrite files that differ')
    .option('--dry-run', 'show what would be changed and run, write nothing')
    .option('--json', 'print the outcome as JSON')

export interface WrittenFile {
  path: string
  /** `create`, `identical`, `update`, `merge`, `overwrite`, `keep`, `delete`. */
  action: string
}

/** Asks before anything is read or written, so that a command without a terminal never hangs. */
export const refuseSilence = (command: string, flags: WriteFlags, ctx: Context): void => {
  if (flags.yes || flags.force || flags.dryRun || (ctx.isInteractive && !flags.json)) return
  throw new SeaworthyError({
    code: 'SW-LAUNCH-NOT-INTERACTIVE',
    what: 'There are questions to ask and no terminal to ask them in.',
    why: flags.json
      ? '--json leaves no room for questions.'
      : 'Input or output is not a terminal, or CI is set.',
    next: `seaworthy ${command} --yes takes the defaults, seaworthy ${command} --dry-run shows them.`,
  })
}

interface FilesToWrite {
  root: string
  plan: DeployPlan
  remember: RememberedOptions
  /** Paths of files that the plan needs no more. */
  vanishing?: string[]
}

/** Writes the files of a plan, or shows their diffs; conflicts are settled first, so that stopping leaves all as it was. */
export const writeFiles = async (
  { root, plan, remember, vanishing = [] }: FilesToWrite,
  flags: WriteFlags,
  ctx: Context,
): Promise<WrittenFile[]> => {
  const changes = [...compare(root, generate(plan), plan.takesOver), ...compareVanishing(root, vanishing)]
  const say = flags.json ? ctx.log : ctx.out
  if (flags.dryRun) for (const change of changes.filter(isWork)) say(`${diffText(change, ctx.hasColor)}\n`)
  const choices = await settle(changes, flags, ctx)
  if (!flags.dryRun) write(root, changes, choices, remember)
  say(fileList(changes, choices))
  for (const { path, action, after } of changes) {
    if (action === 'conflict' && choices[path] === 'keep')
      ctx.log(
        `${path} ${faultOf(after)} and was kept; --dry-run shows how, --force ${after === null ? 'deletes' : 'overwrites'} it.`,
      )
  }
  return changes.map((change) => ({ path: change.path, action: wordFor(change, choices) }))
}

const faultOf = (after: string | null): string =>
  after === null ? 'is needed no more, was changed by hand' : 'differs from what would be written'

const isWork = ({ action }: FileChange): boolean => action !== 'identical'

const settle = async (
  changes: FileChange[],
  flags: WriteFlags,
  ctx: Context,
): Promise<Record<string, Choice>> => {
  const choices: Record<string, Choice> = {}
  const isAsking = !flags.force && !flags.yes && !flags.dryRun
  let all: Choice | null = isAsking ? null : flags.force ? 'overwrite' : 'keep'
  for (const change of changes.filter(({ action }) => action === 'conflict')) {
    const answer = all ?? (await askAbout(change, ctx))
    if (answer === 'quit') throw stopped()
    if (answer === 'all') all = 'overwrite'
    choices[change.path] = answer === 'all' ? 'overwrite' : answer
  }
  return choices
}

const askAbout = async (change: FileChange, ctx: Context): Promise<Choice | 'all' | 'quit'> => {
  ctx.out(diffText(change, ctx.hasColor))
  const answer = await askOne<Choice | 'diff' | 'all' | 'quit'>(`${change.path} ${faultOf(change.after)}.`, [
    { value: 'keep', label: 'keep yours' },
    { value: 'overwrite', label: change.after === null ? 'delete it' : 'overwrite it' },
    { value: 'diff', label: 'show the difference again' },
    { value: 'all', label: 'overwrite this and all others' },
    { value: 'quit', label: 'quit; nothing is written' },
  ])
  return answer === 'diff' ? askAbout(change, ctx) : answer
}
