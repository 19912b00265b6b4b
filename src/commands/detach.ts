import type { Command as Cli } from 'commander'
import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import { type SeaworthyError, usageError } from '../errors.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { bucketCommands, lossOf, runAll } from '../platforms/fly/destroy.ts'
import { askYesNo } from '../terminal/prompts.ts'
import type { Host } from './command-module.ts'
import { flyTarget } from './fly-target.ts'
import { type Project, planOf, readProject } from './project.ts'
import { type Switched, switchBackup } from './switch-backup.ts'
import { addWriteOptions, type WriteFlags } from './write-files.ts'

interface DetachFlags extends WriteFlags {
  destroyBucket?: boolean
}

export const register = (command: Cli, { ctx }: Host): void => {
  addWriteOptions(command)
    .option(
      '--destroy-bucket',
      'destroy the bucket on Fly too, with every backup in it, and unset its secrets',
    )
    .action((dir: string, flags: DetachFlags) => detach(dir, flags, ctx))
}

/** Takes backups out of the app's files; what is outside of its folder is shown, and on Fly done when that is said. */
const detach = async (dir: string, flags: DetachFlags, ctx: Context): Promise<void> => {
  const say = flags.json ? ctx.log : ctx.out
  const project = readProject(dir, ctx)
  if (flags.destroyBucket && planOf(project).compose) throw notNow()
  const switched = await switchBackup(project, false, flags, ctx)
  const { compose, app } = switched.plan
  const commands = compose ? [] : bucketCommands({ file: 'fly', run: ctx.run }, app.name)
  const isDestroying = !compose && !flags.dryRun && (await isToDestroy(flags, ctx))
  if (isDestroying) await destroyBucket(project, switched.plan, say, ctx)
  const next = compose
    ? nextWithCompose(compose)
    : ['fly deploy', ...(isDestroying ? [] : commands.map(show))]
  say(`\n${remark}\n\nNext:\n${next.map((line) => `  ${line}`).join('\n')}`)
  if (flags.json)
    ctx.out(JSON.stringify(outcomeOf(switched, flags, next, isDestroying ? commands : []), null, 2))
}

const destroyBucket = async (
  project: Project,
  plan: DeployPlan,
  say: (text: string) => void,
  ctx: Context,
): Promise<void> => {
  const target = await flyTarget(project, plan, undefined, ctx)
  const commands = bucketCommands(target.flyctl, target.app)
  say(commands.map((each) => `Running: ${show(each)}`).join('\n'))
  await runAll(target, commands)
}

/** The app uses its bucket until the next deployment. A bucket of another store is not ours to destroy. */
const nextWithCompose = ({ hasBucketServer }: ComposePlan): string[] => [
  'npx seaworthy deploy',
  ...(hasBucketServer ? [destroyBucketServer] : []),
]

const destroyBucketServer = 'npx seaworthy compose destroy bucket'

const notNow = (): SeaworthyError =>
  usageError(
    'With compose, detach destroys no bucket.',
    `Without --destroy-bucket; then npx seaworthy deploy, and ${destroyBucketServer} for one of --bucket-server.`,
  )

const remark =
  'The database stays on its volume, and each start says that nothing is backed up. The backups stay until the bucket is destroyed. Back again: npx seaworthy attach'

const isToDestroy = async (
  { destroyBucket: isTold, yes, force }: DetachFlags,
  ctx: Context,
): Promise<boolean> =>
  isTold ?? (!yes && !force && ctx.isInteractive && (await askYesNo(`${lossOf.bucket} Do that now?`)))

const outcomeOf = (
  { plan, files, dependencies }: Switched,
  { dryRun = false }: DetachFlags,
  next: string[],
  ran: Command[],
) => ({
  version: 1,
  dryRun,
  plan,
  files,
  commands: { ran: [...(dryRun ? [] : dependencies), ...ran].map(show), next },
})
