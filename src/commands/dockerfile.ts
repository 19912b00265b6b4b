import type { Command } from 'commander'
import { buildPlan } from '../plan/plan.ts'
import type { Host } from './command-module.ts'
import { addPlanOptions, type PlanFlags, planOptions } from './plan-options.ts'
import { readProject } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { refuseSilence, type WriteFlags, writeFiles } from './write-files.ts'

export const register = (command: Command, { ctx }: Host): void => {
  addPlanOptions(
    command
      .argument('[dir]', 'folder of the app', '.')
      .option('--yes', 'ask nothing; files that differ are kept')
      .option('--force', 'overwrite files that differ')
      .option('--dry-run', 'show the changes, write nothing')
      .option('--json', 'print the outcome as JSON'),
  ).action(async (dir: string, flags: PlanFlags & WriteFlags) => {
    refuseSilence('dockerfile', flags, ctx)
    const { root, profile, files } = readProject(dir, ctx)
    const plan = buildPlan(profile, { ...planOptions(flags, ctx), files })
    refuseFindings(plan, ['SW-START-NONE'])
    const written = await writeFiles(root, plan, flags, ctx)
    if (flags.json) ctx.out(JSON.stringify({ version: 1, plan, files: written }, null, 2))
  })
}
