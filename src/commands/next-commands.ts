import type { Command } from '../command.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import type { Project } from './project.ts'

export interface NextCommand {
  command: Command
  comment: string
}

/** What to type after `launch`; only what the plan calls for. */
export const nextCommands = (plan: DeployPlan, { files }: Project): NextCommand[] => {
  const fly = (...args: string[]): Command => ({ file: 'fly', args })
  return [
    {
      command: { file: 'npx', args: ['seaworthy', 'local', 'deploy'] },
      comment: 'try it here: a machine, a volume, a bucket',
    },
    ...(files.flyToml === null ? [{ command: fly('apps', 'create', plan.app.name), comment: 'once' }] : []),
    ...(plan.backup
      ? [
          {
            command: fly('storage', 'create', '--app', plan.app.name),
            comment: 'once: the bucket and its five secrets',
          },
        ]
      : []),
    // One machine: a volume and its database have one writer.
    {
      command: fly('deploy', ...(plan.volume ? ['--ha=false'] : [])),
      comment: 'each time; the first one makes the volume',
    },
  ]
}
