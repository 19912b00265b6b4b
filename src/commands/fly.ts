import { Argument, type Command as Cli } from 'commander'
import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import {
  type Destroyable,
  destroyable,
  destroyCommands,
  lossOf,
  runAll,
  startCommands,
  stopCommands,
} from '../platforms/fly/destroy.ts'
import { type FlyStatus, readStatus } from '../platforms/fly/status.ts'
import type { Target } from '../platforms/fly/target.ts'
import { columns } from '../terminal/table.ts'
import type { Host } from './command-module.ts'
import { confirmLoss } from './confirm-loss.ts'
import { flyTarget } from './fly-target.ts'
import { quiet } from './install.ts'
import { asName } from './plan-options.ts'
import { planOf, readProject } from './project.ts'

interface Flags {
  app?: string
  json?: boolean
  yes?: boolean
}

export const register = (group: Cli, { ctx }: Host): void => {
  const add = (name: string, about: string): Cli =>
    group.command(name).description(about).option('--app <name>', 'name of the app on Fly', asName)

  add('status', 'what there is on Fly and what runs')
    .option('--json', 'print it as JSON')
    .action(async (flags: Flags) => {
      const status = await readStatus(await targetOf(flags, ctx))
      ctx.out(flags.json ? JSON.stringify(status, null, 2) : statusText(status))
    })

  add('stop', 'stop the machine: the app ends, the last writes go to the bucket').action(
    async (flags: Flags) => doAll(flags, stopCommands, ctx),
  )

  add('start', 'start the machine that was stopped').action(async (flags: Flags) =>
    doAll(flags, startCommands, ctx),
  )

  add('destroy', 'destroy a part on Fly')
    .addArgument(new Argument('<part>', 'what to destroy').choices(destroyable))
    .option('--yes', 'ask nothing')
    .action(async (part: Destroyable, flags: Flags) => {
      if (!flags.yes) await confirmLoss(part, lossOf[part], `npx seaworthy fly destroy ${part}`, ctx)
      await doAll(flags, (target) => destroyCommands(target, part), ctx)
    })
}

const targetOf = (flags: Flags, ctx: Context): Promise<Target> => {
  const project = readProject('.', ctx)
  return flyTarget(project, planOf(project), flags.app, quiet(flags, ctx))
}

const doAll = async (
  flags: Flags,
  commandsFor: (target: Target) => Promise<Command[]>,
  ctx: Context,
): Promise<void> => {
  const target = await targetOf(flags, ctx)
  const commands = await commandsFor(target)
  ctx.out(commands.map((command) => `Running: ${show(command)}`).join('\n'))
  await runAll(target, commands)
}

const statusText = ({ app, url, machine, volume, bucket, backup }: FlyStatus): string =>
  columns([
    ['App:', app],
    ['Address:', url ?? '-'],
    ['Machine:', machine ? `${machine.id}, ${machine.state}, in ${machine.region}` : 'none'],
    ['Volume:', volume ? `${volume.id}, ${volume.sizeGb} GB, in ${volume.region}` : 'none'],
    ['Bucket:', bucket ? 'its five secrets are set' : 'none'],
    ['Backup:', backup ? [backup.state, backup.reason].filter(Boolean).join(', ') : 'not known'],
  ])
