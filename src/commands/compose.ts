import { Argument, type Command as Cli } from 'commander'
import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../errors.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { appContainers } from '../platforms/compose/containers.ts'
import { compose, type Docker, must } from '../platforms/compose/docker.ts'
import { requireEnvironment } from '../platforms/compose/environment.ts'
import {
  type Destroyable,
  destroyable,
  destroyCommands,
  lossOf,
  startCommands,
  stopCommands,
} from '../platforms/compose/parts.ts'
import { requireDocker } from '../platforms/compose/require-docker.ts'
import { type ComposeStatus, type ContainerStatus, readStatus } from '../platforms/compose/status.ts'
import { byLine } from '../terminal/by-line.ts'
import { columns } from '../terminal/table.ts'
import type { Host } from './command-module.ts'
import { confirmLoss } from './confirm-loss.ts'
import { addContextOption, type ContextFlags, contextOption, dockerOf } from './docker-target.ts'
import { planOf, readProject } from './project.ts'

interface Flags extends ContextFlags {
  json?: boolean
  yes?: boolean
  follow?: boolean
  unsaved?: boolean
}

export const register = (group: Cli, { ctx, exitWith }: Host): void => {
  const add = (name: string, about: string): Cli => addContextOption(group.command(name).description(about))

  add('status', 'what there is on the machine and what runs')
    .option('--json', 'print it as JSON')
    .action(async (flags: Flags) => {
      const { target, plan } = await appOf(flags, ctx)
      const status = await readStatus(target, plan)
      ctx.out(flags.json ? JSON.stringify(status, null, 2) : statusText(status))
    })

  add('logs', 'what the app and its start script have said')
    .option('--follow', 'and what they say from now on')
    .action(async (flags: Flags) => {
      const { target } = await appOf(flags, ctx)
      const words = ['logs', '--no-log-prefix', ...(flags.follow ? ['--follow'] : []), 'app']
      await must(target, compose(target, words), { onOutput: byLine(ctx.out) })
    })

  add('stop', 'stop the container: the app ends, the last writes go to the bucket').action(
    async (flags: Flags) => {
      const { target } = await appOf(flags, ctx)
      await doAll(target, await stopCommands(target), ctx)
      const stopped = await appContainers(target, ['--all'])
      if (stopped.some(({ exitCode }) => exitCode === ExitCode.notConfirmed)) {
        ctx.log('The last writes are not confirmed in the bucket; they are on the volume.')
        exitWith(ExitCode.notConfirmed)
      }
    },
  )

  add('start', 'start the container that was stopped, and wait until it is healthy').action(
    async (flags: Flags) => {
      const { target } = await appOf(flags, ctx)
      await doAll(target, await startCommands(target), ctx)
    },
  )

  add('destroy', 'destroy a part on the machine')
    .addArgument(new Argument('<part>', 'what to destroy').choices(destroyable))
    .option('--unsaved', 'a volume also where the bucket does not have all of it')
    .option('--yes', 'ask nothing')
    .action(async (part: Destroyable, flags: Flags) => {
      const { target, plan } = await appOf(flags, ctx)
      const loss = part === 'volume' && !plan.backup ? unsavedLoss : lossOf[part]
      if (!flags.yes) await confirmLoss(part, loss, `npx seaworthy compose destroy ${part}`, ctx)
      const options = { isUnsavedToo: flags.unsaved ?? false }
      await doAll(target, await destroyCommands(target, plan, part, options), ctx)
    })
}

const unsavedLoss = 'The database on the volume is deleted, and this app has no backup of it.'

const appOf = async (flags: Flags, ctx: Context): Promise<{ target: Docker; plan: DeployPlan }> => {
  const project = readProject('.', ctx)
  const plan = planOf(project, { target: 'compose', ...contextOption(flags) })
  const target = dockerOf(project.root, flags, plan.compose, ctx)
  requireEnvironment(target.root)
  await requireDocker(target)
  return { target, plan }
}

const doAll = async (target: Docker, commands: Command[], { out }: Context): Promise<void> => {
  for (const command of commands) {
    out(`Running: ${show(command)}`)
    await must(target, command)
  }
}

const statusText = ({ app, url, container, volume, bucket, backup }: ComposeStatus): string =>
  columns([
    ['App:', app],
    ['Address:', url ?? '-'],
    ['Container:', container ? containerText(container) : 'none'],
    ['Volume:', volume?.name ?? 'none'],
    ['Bucket:', bucket ? 'its five secrets are set' : 'none'],
    ['Backup:', backup ? [backup.state, backup.reason].filter(Boolean).join(', ') : 'not known'],
  ])

const containerText = ({ id, state, health, createdAt }: ContainerStatus): string =>
  [id.slice(0, 12), state, ...(health === null ? [] : [health]), `made ${createdAt}`].join(', ')
