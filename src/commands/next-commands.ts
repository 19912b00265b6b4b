import type { Command } from '../command.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import type { Project } from './project.ts'

export interface NextCommand {
  command: Command
  comment: string
}

/** What to type after `launch`; only what the plan calls for. */
export const nextCommands = (plan: DeployPlan, { files, profile }: Project): NextCommand[] => {
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
    // One machine: a volume and its database have one writer.
    {
      command: fly(
        'deploy',
        ...(plan.volume ? ['--ha=false'] : []),
        ...(member === null ? [] : placesIn(member)),
      ),
      comment: `each time${member === null ? '' : `, in ${profile.workspace?.root}`}; the first one makes the volume`,
    },
  ]
}

/** The app's folder in the workspace whose root its image is built from; null where that is the app's own folder. */
const memberOf = ({ image: { workspace, isOwnDockerfile } }: DeployPlan): string | null =>
  workspace === null || workspace.app === '.' || isOwnDockerfile ? null : workspace.app

const placesIn = (folder: string): string[] => [
  ...['--config', `${folder}/fly.toml`, '--dockerfile', `${folder}/Dockerfile`],
  ...['--ignorefile', `${folder}/Dockerfile.dockerignore`],
]
