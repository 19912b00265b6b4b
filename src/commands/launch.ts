import type { Command as Cli } from 'commander'
import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import { SeaworthyError } from '../errors.ts'
import { addDependencies } from '../generate/dependencies.ts'
import type { DeployPlan, PlanOptions } from '../plan/plan-types.ts'
import { lastLines } from '../terminal/last-lines.ts'
import { planTable } from '../terminal/plan-table.ts'
import { askYesNo } from '../terminal/prompts.ts'
import type { Host } from './command-module.ts'
import { remarkOwnDockerfile, withSkip } from './dockerfile-options.ts'
import { nextCommands } from './next-commands.ts'
import { addPlanOptions, type PlanFlags, planOptions, toRemember } from './plan-options.ts'
import { type Project, planOf, readProject } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { tweak } from './tweak.ts'
import { addWriteOptions, refuseSilence, type WriteFlags, writeFiles } from './write-files.ts'

export const register = (command: Cli, { ctx }: Host): void => {
  addPlanOptions(addWriteOptions(command)).action((dir: string, flags: PlanFlags & WriteFlags) =>
    launch(dir, withSkip(flags), ctx),
  )
}

/** Reads the app, shows the plan, asks, writes the files, adds the dependency, and says what to type next. */
const launch = async (dir: string, flags: PlanFlags & WriteFlags, ctx: Context): Promise<void> => {
  refuseSilence('launch', flags, ctx)
  const say = flags.json ? ctx.log : ctx.out
  const project = readProject(dir, ctx)
  const { plan, options } = await settlePlan(project, planOptions(flags, project, ctx), flags, ctx)
  remarkOwnDockerfile(plan, options, ctx)
  const files = await writeFiles({ root: project.root, plan, remember: toRemember(options) }, flags, ctx)
  const dependency = addDependencies(plan, project.files.packageJson, project.root)
  if (dependency) {
    say(`\n${flags.dryRun ? 'Would run' : 'Running'}: ${show(dependency)}`)
    if (!flags.dryRun) await install(dependency, ctx)
  }
  const next = nextCommands(plan, project)
  say(
    `\nNext:\n${next.map(({ command, comment }) => `  ${show(command).padEnd(36)} # ${comment}`).join('\n')}`,
  )
  if (flags.json) {
    const commands = {
      ran: flags.dryRun || !dependency ? [] : [show(dependency)],
      next: next.map(({ command }) => show(command)),
    }
    ctx.out(JSON.stringify({ version: 1, dryRun: flags.dryRun ?? false, plan, files, commands }, null, 2))
  }
}

/** The plan, and the options that led to it: what was typed, and what was answered. */
const settlePlan = async (
  project: Project,
  options: PlanOptions,
  flags: WriteFlags,
  ctx: Context,
): Promise<{ plan: DeployPlan; options: PlanOptions }> => {
  const say = flags.json ? ctx.log : ctx.out
  const plan = planOf(project, options)
  refuseFindings(plan)
  say(`${planTable(plan, ctx.hasColor)}\n`)
  const isAsking = !flags.yes && !flags.force && !flags.dryRun
  if (!isAsking || !(await askYesNo('Do you want to tweak these settings before proceeding?')))
    return { plan, options }
  const tweakedOptions = { ...options, ...(await tweak(plan)) }
  const tweaked = planOf(project, tweakedOptions)
  say(`${planTable(tweaked, ctx.hasColor)}\n`)
  return { plan: tweaked, options: tweakedOptions }
}

const install = async (command: Command, ctx: Context): Promise<void> => {
  const result = await ctx.run(command)
  if (result.code === 0) return
  throw new SeaworthyError({
    code: 'SW-DEPENDENCY-FAILED',
    what: 'The files are written, but seaworthy could not be added to the dependencies of the app.',
    why: result.isMissing
      ? `${command.file} is not installed.`
      : lastLines(`${result.stdout}\n${result.stderr}`, 8),
    next: `Type it yourself, in ${command.cwd}: ${show(command)}`,
  })
}
