import { Argument, type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { ExitCode } from '../errors.ts'
import { alone } from '../platforms/local/alone.ts'
import { deploy, type LaunchedApp, startAgain } from '../platforms/local/deploy.ts'
import { type Destroyable, destroy, destroyable, lossOf } from '../platforms/local/destroy.ts'
import { showLog } from '../platforms/local/log.ts'
import { stopMachine } from '../platforms/local/machine.ts'
import { localPaths } from '../platforms/local/paths.ts'
import { type LocalStatus, readStatus } from '../platforms/local/status.ts'
import { columns } from '../terminal/table.ts'
import type { Host } from './command-module.ts'
import { confirmLoss } from './confirm-loss.ts'
import { asPort } from './plan-options.ts'
import { refuseFindings } from './refuse.ts'

interface JsonFlag {
  json?: boolean
}

export const register = (local: Command, { ctx, exitWith }: Host): void => {
  local
    .command('deploy')
    .description('build the app, and run it in place of the machine that runs')
    .option('--port <number>', 'port of the machine, kept for later', asPort)
    .addOption(jsonOption())
    .action(async (flags: JsonFlag & { port?: number }) => {
      await deploy(await readApp(ctx), flags.port, ctx)
      await report(flags, ctx)
    })

  local
    .command('status')
    .description('what there is and what runs')
    .addOption(jsonOption())
    .action((flags: JsonFlag) => report(flags, ctx))

  local
    .command('logs')
    .description('what the machine has said')
    .option('--follow', 'and what it says from now on')
    .action((flags: { follow?: boolean }) => showLog(localPaths(ctx.cwd), flags, ctx.out))

  local
    .command('stop')
    .description('stop the machine: the app ends, the last writes go to the bucket')
    .addOption(jsonOption())
    .action(async (flags: JsonFlag) => {
      const record = await alone(ctx.cwd, stopMachine)
      if (record?.exitCode === ExitCode.notConfirmed) {
        ctx.log('The last writes are not confirmed in the bucket; they are on the volume.')
        exitWith(ExitCode.notConfirmed)
      }
      await report(flags, ctx)
    })

  local
    .command('start')
    .description('start the machine that was stopped')
    .addOption(jsonOption())
    .action(async (flags: JsonFlag) => {
      await startAgain(await readApp(ctx), ctx)
      await report(flags, ctx)
    })

  local
    .command('destroy')
    .description('lose a part, as it can happen')
    .addArgument(new Argument('<part>', 'what to destroy').choices(destroyable))
    .option('--yes', 'ask nothing')
    .action(async (part: Destroyable, { yes }: { yes?: boolean }) => {
      if (!yes) await confirmLoss(part, lossOf[part], `npx seaworthy local destroy ${part}`, ctx)
      await destroy(ctx.cwd, part)
      ctx.out(`The ${part} is gone.`)
    })
}

const jsonOption = (): Option => new Option('--json', 'print the status as JSON')

// What reads the source is loaded by the commands that need it.
const readApp = async (ctx: Context): Promise<LaunchedApp> => {
  const { planOf, readProject } = await import('./project.ts')
  const project = readProject('.', ctx)
  const plan = planOf(project)
  refuseFindings(plan)
  return { root: project.root, plan }
}

const report = async ({ json }: JsonFlag, ctx: Context): Promise<void> => {
  const status = await readStatus(ctx.cwd, ctx)
  ctx.out(json ? JSON.stringify(status, null, 2) : statusText(status))
}

const statusText = ({ url, machine, volume, bucket, litestream, backup }: LocalStatus): string =>
  columns([
    ['Address:', url ?? '-'],
    ['Machine:', machine ? machineText(machine) : 'none'],
    ['Volume:', volume.exists ? volume.path : 'none'],
    ['Bucket:', bucket.location],
    ['Backup:', backup ? backupText(backup) : 'none'],
    ['Litestream:', litestream ? `${litestream.version} (${litestream.path})` : 'not found'],
  ])

const backupText = ({ state, confirmed, lag, reason }: NonNullable<LocalStatus['backup']>): string =>
  [
    state.replaceAll('-', ' '),
    ...(confirmed ? [`to ${confirmed.position}, ${confirmed.time}`] : []),
    ...(lag > 0 ? [`${lag} s behind`] : []),
    ...(reason ? [reason] : []),
  ].join(', ')

const machineText = ({ state, pid, startedAt }: NonNullable<LocalStatus['machine']>): string =>
  pid === null ? state : `${state}, process ${pid}, since ${startedAt}`
