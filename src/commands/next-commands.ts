import type { Command } from '../command.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { deployCommand, memberOf } from '../platforms/fly/deploy.ts'
import type { Project } from './project.ts'

export interface NextCommand {
  command: Command
  comment: string
}

/** What to type after `launch`; only what the plan calls for. */
export const nextCommands = (plan: DeployPlan, { root, files, profile }: Project): NextCommand[] => {
  if (plan.compose) return composeCommands(plan.compose)
  const fly = (...args: string[]): Command => ({ file: 'fly', args })
  const member = memberOf(plan)
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
    ...(plan.secrets.length > 0
      ? [
          {
            command: fly('secrets', 'import', '--stage', '--app', plan.app.name),
            comment: `once, reads NAME=VALUE lines: ${plan.secrets.join(', ')}`,
          },
        ]
      : []),
    {
      command: deployCommand(
        { file: 'fly' },
        { root, workspace: profile.workspace?.root ?? null, plan, app: plan.app.name },
      ),
      comment: `each time${member === null ? '' : `, in ${profile.workspace?.root}`}; the first one makes the volume`,
    },
    {
      command: { file: 'npx', args: ['seaworthy', 'launch', '--now'] },
      comment: 'or all of that on Fly, asking before each',
    },
  ]
}

const composeCommands = ({ context }: ComposePlan): NextCommand[] => [
  {
    command: { file: 'cp', args: ['.env.production.example', '.env.production'] },
    comment: 'once, and fill it in',
  },
  {
    command: { file: 'npx', args: ['seaworthy', 'deploy'] },
    comment: `each time${context === null ? '; with --context NAME on another machine' : `, by context ${context}`}`,
  },
  {
    command: { file: 'npx', args: ['seaworthy', 'launch', '--now'] },
    comment: 'or both, asking before each',
  },
]
