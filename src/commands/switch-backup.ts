import { type Command, show } from '../command.ts'
import type { Context } from '../context.ts'
import { stopped } from '../errors.ts'
import { addDependencies, removeDependencies } from '../generate/dependencies.ts'
import { generate } from '../generate/generate.ts'
import { readDockerfileOptions } from '../plan/dockerfile-options.ts'
import type { PlanOptions } from '../plan/options.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { planTable } from '../terminal/plan-table.ts'
import { askYesNo } from '../terminal/prompts.ts'
import { install } from './install.ts'
import { type Project, planOf } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { refuseSilence, type WriteFlags, type WrittenFile, writeFiles } from './write-files.ts'

/** What was changed in the app's folder. */
export interface Switched {
  plan: DeployPlan
  files: WrittenFile[]
  /** The package manager's commands that ran; or would have, with `--dry-run`. */
  dependencies: Command[]
}

/** Launch's files with backups or without them: shown, asked about, written; then the dependencies that go with it. */
export const switchBackup = async (
  project: Project,
  isBackedUp: boolean,
  flags: WriteFlags,
  ctx: Context,
): Promise<Switched> => {
  refuseSilence(isBackedUp ? 'attach' : 'detach', flags, ctx)
  const say = flags.json ? ctx.log : ctx.out
  const { root, files: texts } = project
  const plan = planOf(project, optionsFor(project, isBackedUp))
  refuseFindings(plan)
  say(`${planTable(plan, ctx.hasColor)}\n`)
  const { backup } = planOf(project)
  const remember = { backup: isBackedUp, ...(backup && !isBackedUp ? { backupPath: backup.path } : {}) }
  const written = { root, plan, remember, vanishing: vanishing(project, plan) }
  if (!flags.yes && !flags.force && !flags.dryRun) {
    await writeFiles(written, { ...flags, dryRun: true }, ctx)
    if (!(await askYesNo('Go on?'))) throw stopped()
  }
  const files = await writeFiles(written, flags, ctx)
  const dependencies = [addDependencies, removeDependencies]
    .map((commandFor) => commandFor(plan, texts.packageJson, root))
    .filter((command) => command !== null)
  for (const command of dependencies) {
    say(`\n${flags.dryRun ? 'Would run' : 'Running'}: ${show(command)}`)
    if (!flags.dryRun) await install(command, flags, ctx)
  }
  return { plan, files, dependencies }
}

// dockerfile-node keeps its own note of it in package.json.
const optionsFor = ({ files }: Project, backup: boolean): PlanOptions => {
  const saved = readDockerfileOptions(files.packageJson)
  return saved?.litestream && !backup ? { backup, dockerfile: { ...saved, litestream: false } } : { backup }
}

/** What the app has with backups and not without. */
const vanishing = (project: Project, plan: DeployPlan): string[] => {
  if (plan.backup) return []
  const kept = generate(plan).map(({ path }) => path)
  const other = generate(planOf(project, { backup: true })).map(({ path }) => path)
  return other.filter((path) => !kept.includes(path))
}
