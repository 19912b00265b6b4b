import { type Command as Cli, InvalidArgumentError } from 'commander'
import { show } from '../command.ts'
import type { Context } from '../context.ts'
import { SeaworthyError } from '../errors.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import type { Conversation } from '../platforms/conversation.ts'
import { listOrgs, listRegions } from '../platforms/fly/apps.ts'
import { deployCommand } from '../platforms/fly/deploy.ts'
import { requireLogin } from '../platforms/fly/flyctl.ts'
import { isLeft, type MadeStep, makeAll, refuseStranger, withMade } from '../platforms/fly/make.ts'
import { type Release, release } from '../platforms/fly/release.ts'
import { regionMissing, stepsFor } from '../platforms/fly/steps.ts'
import { look, type Present, type Target } from '../platforms/fly/target.ts'
import { askOne } from '../terminal/prompts.ts'
import { converse, isAsking } from './converse.ts'
import { flyTarget } from './fly-target.ts'
import { asName } from './plan-options.ts'
import type { Project } from './project.ts'

/** Options of `launch` about what is made on Fly. */
export interface FlyFlags {
  now?: boolean
  /** False: `--no-deploy`. */
  deploy?: boolean
  org?: string
  app?: string
  adopt?: boolean
  /** Seconds. */
  wait: number
  yes?: boolean
  force?: boolean
  json?: boolean
}

export const addFlyOptions = (command: Cli): Cli =>
  addReleaseOptions(command)
    .option(
      '--now',
      'make what it needs (on Fly: app, bucket, secrets, volume; with compose: .env.production), and deploy',
    )
    .option('--no-deploy', 'with --now: all but the deployment')
    .option('--org <slug>', 'organisation that a new app belongs to')
    .option('--adopt', 'an app of this name that is on Fly already is this one')

/** Options of each command that deploys. */
export const addReleaseOptions = (command: Cli): Cli =>
  command
    .option('--app <name>', "name of the app on Fly, where it is not fly.toml's", asName)
    .option('--wait <seconds>', 'patience for health and the first confirmed backup', asSeconds, 180)

const asSeconds = (text: string): number => {
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds > 0) return seconds
  throw new InvalidArgumentError('A number of seconds above 0.')
}

/** What came of it; `release` is null where nothing was deployed. */
export interface FlyOutcome {
  app: string
  made: MadeStep[]
  release: Release | null
}

/**
 * Makes what the app needs on Fly, each step shown as its command and asked for, then deploys. Begun again, it goes on.
 *
 * @param choose writes a region that was chosen now into fly.toml and gives the plan with it.
 */
export const launchOnFly = async (
  project: Project,
  plan: DeployPlan,
  flags: FlyFlags,
  choose: (region: string) => Promise<DeployPlan>,
  ctx: Context,
): Promise<FlyOutcome> => {
  const first = await flyTarget(project, plan, flags.app, ctx)
  await requireLogin(first.flyctl)
  const present = await look(first)
  refuseStranger(first, present, flags.adopt === true || project.hasOwnFlyToml)
  const org = await settleOrg(first, present, flags, ctx)
  const region = await settleRegion(first, present, flags, ctx)
  const isNew = region !== null && region !== plan.app.region
  const target = isNew ? { ...first, plan: await choose(region) } : first
  const conversation = converse(flags, ctx)
  const made = await makeAll(target, stepsFor(target, { org, region }), () => look(target), conversation)
  const isDeploying = !isLeft(made) && flags.deploy !== false
  const deployed = isDeploying ? await withMade(made, () => deploy(target, flags, conversation)) : null
  return { app: target.app, made, release: deployed }
}

const deploy = async (target: Target, flags: FlyFlags, { confirm, say }: Conversation) => {
  const command = show(deployCommand(target.flyctl, target))
  return (await confirm('build the image and deploy it', command))
    ? release(target, { wait: flags.wait, say })
    : null
}

const settleOrg = async (
  { flyctl, app }: Target,
  { isApp }: Present,
  flags: FlyFlags,
  ctx: Context,
): Promise<string> => {
  if (isApp) return ''
  if (flags.org) return flags.org
  const [first, ...others] = Object.entries(await listOrgs(flyctl)).map(([slug, name]) => ({
    value: slug,
    label: `${name} (${slug})`,
  }))
  if (first && others.length === 0) return first.value
  if (first && isAsking(flags) && ctx.isInteractive)
    return askOne(`Which organisation is ${app} to belong to?`, [first, ...others])
  throw new SeaworthyError({
    code: 'SW-FLY-ORG',
    what: `Nothing says which organisation the app ${app} is to belong to.`,
    why: first
      ? `You are in ${[first, ...others].map(({ value }) => value).join(', ')}.`
      : 'This account is in none.',
    next: `seaworthy launch --now --org ${first?.value ?? 'personal'}`,
  })
}

/** Null where nothing new is placed. */
const settleRegion = async (
  { flyctl, app, plan }: Target,
  { volume, machine }: Present,
  flags: FlyFlags,
  ctx: Context,
): Promise<string | null> => {
  if (!plan.volume || volume || machine || plan.app.region) return plan.app.region
  if (!isAsking(flags) || !ctx.isInteractive) throw regionMissing(app)
  const [first, ...others] = (await listRegions(flyctl)).map(({ code, name }) => ({
    value: code,
    label: `${name} (${code})`,
  }))
  if (!first) throw regionMissing(app)
  return askOne('In which region is the database to be? Near its users; it stays there.', [first, ...others])
}
