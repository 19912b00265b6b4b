import type { Command } from '../../command.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import type { Flyctl } from './flyctl.ts'
import { fly } from './flyctl.ts'

export interface Deployment {
  root: string
  workspace: string | null
  plan: DeployPlan
  /** Name on Fly. */
  app: string
}

/** One machine: a volume and its database have one writer. */
export const deployCommand = (
  flyctl: Pick<Flyctl, 'file'>,
  { root, workspace, plan, app }: Deployment,
): Command => {
  const member = memberOf(plan)
  const args = [
    'deploy',
    ...(plan.volume ? ['--ha=false'] : []),
    ...(member === null ? [] : placesIn(member)),
    ...(app === plan.app.name ? [] : ['--app', app]),
  ]
  return fly(flyctl, args, member === null || workspace === null ? root : workspace)
}

/** The app's folder in the workspace whose root its image is built from; null where that is the app's own folder. */
export const memberOf = ({ image: { workspace, isOwnDockerfile } }: DeployPlan): string | null =>
  workspace === null || workspace.app === '.' || isOwnDockerfile ? null : workspace.app

const placesIn = (folder: string): string[] => [
  ...['--config', `${folder}/fly.toml`, '--dockerfile', `${folder}/Dockerfile`],
  ...['--ignorefile', `${folder}/Dockerfile.dockerignore`],
]
