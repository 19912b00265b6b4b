import type { Command as Cli } from 'commander'
import { show } from '../command.ts'
import type { Context } from '../context.ts'
import { addDependencies } from '../generate/dependencies.ts'
import { planCompose } from '../plan/compose.ts'
import type { PlanOptions } from '../plan/options.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { requireDocker } from '../platforms/compose/require-docker.ts'
import { planTable } from '../terminal/plan-table.ts'
import { askYesNo } from '../terminal/prompts.ts'
import { withSpinner } from '../terminal/spinner.ts'
import type { Host } from './command-module.ts'
import { isAsking } from './converse.ts'
import { composeReleaseText } from './deploy-compose.ts'
import { dockerOf } from './docker-target.ts'
import { remarkOwnDockerfile, withSkip } from './dockerfile-options.ts'
import { requireFly } from './fly-target.ts'
import { install, quiet } from './install.ts'
import { type ComposeOutcome, launchOnCompose } from './launch-on-compose.ts'
import { addFlyOptions, type FlyFlags, type FlyOutcome, launchOnFly } from './launch-on-fly.ts'
import { type NextCommand, nextCommands } from './next-commands.ts'
import { addPlanOptions, type PlanFlags, planOptions, toRemember } from './plan-options.ts'
import { type Project, planOf, readProject } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { releaseText } from './release-text.ts'
import { tweak } from './tweak.ts'
import { addWriteOptions, refuseSilence, type WriteFlags, writeFiles } from './write-files.ts'

type LaunchFlags = PlanFlags & WriteFlags & FlyFlags

export const register = (command: Cli, { ctx }: Host): void => {
  addFlyOptions(addPlanOptions(addWriteOptions(command))).action((dir: string, flags: LaunchFlags) =>
    launch(dir, withSkip(flags), ctx),
  )
}

/** Reads the app, shows the plan, asks, writes the files, adds the dependency, and says what to type next, or does it. */
const launch = async (dir: string, flags: LaunchFlags, ctx: Context): Promise<void> => {
  refuseSilence('launch', flags, ctx)
  const say = flags.json ? ctx.log : ctx.out
  const project = await withSpinner('Reading the app', () => readProject(dir, ctx), quiet(flags, ctx))
  const asked = planOptions(flags, project, ctx)
  if (flags.now && !flags.dryRun) await requirePlatform(project, asked, flags, ctx)
  const { plan, options } = await settlePlan(project, asked, flags, ctx)
  remarkOwnDockerfile(plan, options, ctx)
  const files = await writeFiles({ root: project.root, plan, remember: toRemember(options) }, flags, ctx)
  const dependency = addDependencies(plan, project.files.packageJson, project.root)
  if (dependency) {
    say(`\n${flags.dryRun ? 'Would run' : 'Running'}: ${show(dependency)}`)
    if (!flags.dryRun) await install(dependency, flags, ctx)
  }
  const next = nextCommands(plan, project)
  if (!flags.now) say(nextText(next))
  const isGoingOn = !flags.dryRun && (flags.now || (isAsking(flags) && (await askYesNo(goOn[plan.target]))))
  const outcome = isGoingOn ? await deployTo(project, { plan, options }, flags, ctx) : {}
  if (flags.json) {
    const commands = {
      ran: flags.dryRun || !dependency ? [] : [show(dependency)],
      next: next.map(({ command }) => show(command)),
    }
    const dryRun = flags.dryRun ?? false
    const outcomes = { fly: null, compose: null, ...outcome }
    ctx.out(JSON.stringify({ version: 1, dryRun, plan, files, commands, ...outcomes }, null, 2))
  }
}

const goOn: Record<DeployPlan['target'], string> = {
  fly: 'Do that now, step by step: create the app on Fly and deploy it?',
  compose: 'Do that now, step by step: make .env.production and deploy?',
}

/** Before anything is begun. */
const requirePlatform = async (
  { root, remembered }: Project,
  options: PlanOptions,
  flags: LaunchFlags,
  ctx: Context,
): Promise<void> => {
  const compose = planCompose({ ...options, remembered })
  if (compose === null) await requireFly(ctx)
  else await requireDocker(dockerOf(root, flags, compose, ctx))
}

interface SettledPlan {
  plan: DeployPlan
  /** What led to it: what was typed, and what was answered. */
  options: PlanOptions
}

const settlePlan = async (
  project: Project,
  options: PlanOptions,
  flags: WriteFlags,
  ctx: Context,
): Promise<SettledPlan> => {
  const say = flags.json ? ctx.log : ctx.out
  const plan = planOf(project, options)
  refuseFindings(plan)
  say(`${planTable(plan, ctx.hasColor)}\n`)
  if (!isAsking(flags) || !(await askYesNo('Do you want to tweak these settings before proceeding?')))
    return { plan, options }
  return settlePlan(project, await tweak(plan, options, (changed) => planOf(project, changed)), flags, ctx)
}

const deployTo = async (
  project: Project,
  { plan, options }: SettledPlan,
  flags: LaunchFlags,
  ctx: Context,
): Promise<{ fly: FlyOutcome } | { compose: ComposeOutcome }> => {
  const say = flags.json ? ctx.log : ctx.out
  const told = (text: string | null) => say(text ?? '\nGo on with: npx seaworthy launch --now')
  if (plan.compose) {
    const compose = await launchOnCompose(project, plan, plan.compose, flags, ctx)
    told(compose.release && composeReleaseText(compose.release, plan.compose))
    return { compose }
  }
  const choose = chooseRegion(project, options, flags, ctx)
  const fly = await launchOnFly(project, plan, flags, choose, quiet(flags, ctx))
  told(fly.release && releaseText(fly.release))
  return { fly }
}

/** A region that is chosen only now belongs into fly.toml as well. */
const chooseRegion =
  (project: Project, options: PlanOptions, flags: LaunchFlags, ctx: Context) =>
  async (region: string): Promise<DeployPlan> => {
    const chosen = { ...options, region }
    const written = readProject(project.root, ctx)
    const plan = planOf(written, chosen)
    await writeFiles({ root: project.root, plan, remember: toRemember(chosen) }, flags, ctx)
    return plan
  }

const nextText = (next: NextCommand[]): string =>
  `\nNext:\n${next.map(({ command, comment }) => `  ${show(command).padEnd(36)} # ${comment}`).join('\n')}`
