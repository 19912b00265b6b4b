import type { Command } from 'commander'
import { ExitCode } from '../errors.ts'
import { planTable } from '../terminal/plan-table.ts'
import type { Host } from './command-module.ts'
import { addPlanOptions, type PlanFlags, planOptions } from './plan-options.ts'
import { planOf, readProject } from './project.ts'

export const register = (command: Command, { ctx, exitWith }: Host): void => {
  addPlanOptions(
    command.argument('[dir]', 'folder of the app', '.').option('--json', 'print it as JSON'),
  ).action((dir: string, flags: PlanFlags & { json?: boolean }) => {
    const project = readProject(dir, ctx)
    const plan = planOf(project, planOptions(flags, project, ctx))
    ctx.out(flags.json ? JSON.stringify(plan, null, 2) : planTable(plan, ctx.hasColor))
    if (plan.findings.some(({ level }) => level === 'error')) exitWith(ExitCode.user)
  })
}
