import { Command, CommanderError } from 'commander'
import type { CommandModule } from './commands/command-module.ts'
import type { Context } from './context.ts'
import { ExitCode, SeaworthyError, usageError } from './errors.ts'
import { bugBlock, bugJson, errorBlock, errorJson } from './terminal/error-block.ts'
import { version } from './version.ts'

interface Row {
  name: string
  about: string
  load: () => Promise<CommandModule>
}

const commands: Row[] = [
  {
    name: 'launch',
    about: 'scan, show the plan, ask, write the files',
    load: () => import('./commands/launch.ts'),
  },
  {
    name: 'deploy',
    about: 'deploy, and wait for health and for the first confirmed backup',
    load: () => import('./commands/deploy.ts'),
  },
  { name: 'scan', about: 'what was found in the app', load: () => import('./commands/scan.ts') },
  { name: 'plan', about: 'what would be made; nothing is written', load: () => import('./commands/plan.ts') },
  { name: 'dockerfile', about: 'only (re)write the files', load: () => import('./commands/dockerfile.ts') },
  {
    name: 'detach',
    about: 'the way out of backups: the database stays, nothing is backed up any more',
    load: () => import('./commands/detach.ts'),
  },
  { name: 'attach', about: 'the way back to backups', load: () => import('./commands/attach.ts') },
  {
    name: 'restore',
    about: 'the database as it was at a moment, in a new file',
    load: () => import('./commands/restore.ts'),
  },
  {
    name: 'prune',
    about: 'while an image is built: take out of node_modules what running does not need',
    load: () => import('./commands/prune.ts'),
  },
  {
    name: 'run',
    about: 'the run-time without a script, for any image',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'local',
    about: 'a machine, a volume and a bucket on this computer',
    load: () => import('./commands/local.ts'),
  },
  { name: 'fly', about: 'what there is on Fly', load: () => import('./commands/fly.ts') },
  {
    name: 'compose',
    about: 'what there is on a machine with Docker',
    load: () => import('./commands/compose.ts'),
  },
]

/** Runs the command that `words` name; only that one's code is loaded. Gives the exit code. */
export const main = async (typed: string[], ctx: Context): Promise<number> => {
  const words = withoutDashes(typed)
  let exitCode: number = ExitCode.ok
  const exitWith = (code: number) => {
    exitCode = code
  }
  try {
    const program = programFor(ctx)
    const chosen = words.find((word) => !word.startsWith('-'))
    for (const { name, about, load } of commands) {
      const command = program.command(name).description(about)
      if (name === chosen) (await load()).register(command, { ctx, exitWith })
    }
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    return report(error, words, ctx)
  }
}

/** `fly launch` hands what follows `--` to dockerfile-node; these commands take those options as their own. */
const withoutDashes = (words: string[]): string[] =>
  ['launch', 'plan', 'dockerfile'].includes(words.find((word) => !word.startsWith('-')) ?? '')
    ? words.filter((word) => word !== '--')
    : words

const programFor = (ctx: Context): Command =>
  new Command('seaworthy')
    .description(
      'Puts Prisma with SQLite into production: on a volume, migrated, seeded once, backed up by Litestream.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({
      writeOut: (text) => ctx.out(text.trimEnd()),
      writeErr: (text) => ctx.log(text.trimEnd()),
    })

const report = (error: unknown, words: string[], ctx: Context): number => {
  const print = (json: string) => (isJson(words) ? ctx.out(json) : undefined)
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.ok
    print(errorJson(usageErrorOf(error)))
    return ExitCode.usage
  }
  if (error instanceof SeaworthyError) {
    ctx.log(errorBlock(error, ctx.hasColor))
    print(errorJson(error))
    return error.exitCode
  }
  ctx.log(bugBlock(error, version))
  print(bugJson(error, version))
  return ExitCode.bug
}

/** What commander has printed already, for `--json`. */
const usageErrorOf = ({ code, message }: CommanderError): SeaworthyError =>
  usageError(
    code === 'commander.help' ? 'No command was named.' : message.replace(/^error: /, ''),
    'seaworthy --help shows the commands, seaworthy <command> --help the options of one.',
  )

/** After `--` the words are another program's. */
const isJson = (words: string[]): boolean => words.slice(0, words.indexOf('--') >>> 0).includes('--json')
