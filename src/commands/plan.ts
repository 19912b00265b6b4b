import type { Command } from 'commander'
import { buildPlan } from '../plan/plan.ts'
import { planTable } from '../terminal/plan-table.ts'
import type { Host } from './command-module.ts'
import { addPlanOptions, type PlanFlags, planOptions } from './plan-options.ts'
import { readProject } from './project.ts'

export const register = (command: Command, { ctx }: Host): void => {
  addPlanOptions(
    command.argument('[dir]', 'folder of the app', '.').option('--json', 'print it as JSON'),
  ).action((dir: string, flags: PlanFlags & { json?: boolean }) => {
    const { profile, files } = readProject(dir, ctx)
    const plan = buildPlan(profile, { ...planOptions(flags, ctx), files })
    ctx.out(flags.json ? JSON.stringify(plan, null, 2) : planTable(plan, ctx.hasColor))
  })
}
