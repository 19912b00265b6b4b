import type { Command } from 'commander'
import type { Host } from './command-module.ts'
import { remarkOwnDockerfile, withSkip } from './dockerfile-options.ts'
import { addPlanOptions, type PlanFlags, planOptions, toRemember } from './plan-options.ts'
import { planOf, readProject } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { addWriteOptions, refuseSilence, type WriteFlags, writeFiles } from './write-files.ts'

export const register = (command: Command, { ctx }: Host): void => {
  addPlanOptions(addWriteOptions(command)).action(async (dir: string, given: PlanFlags & WriteFlags) => {
    const flags = withSkip(given)
    refuseSilence('dockerfile', flags, ctx)
    const project = readProject(dir, ctx)
    const options = planOptions(flags, project, ctx)
    const plan = planOf(project, options)
    refuseFindings(plan, ['SW-START-NONE'])
    remarkOwnDockerfile(plan, options, ctx)
    const written = await writeFiles({ root: project.root, plan, remember: toRemember(options) }, flags, ctx)
    if (flags.json) ctx.out(JSON.stringify({ version: 1, plan, files: written }, null, 2))
  })
}
