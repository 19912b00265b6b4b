import { dockerfileMarker } from '../plan/marker.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { baseStage } from './base-stage.ts'
import { buildStage } from './build-stage.ts'
import { finalStage } from './final-stage.ts'

/** The Dockerfile: a base, a stage that builds, and the image that runs. */
export const dockerfile = (plan: DeployPlan): string =>
  `${[header(plan), baseStage(plan.image), buildStage(plan), finalStage(plan)].map((lines) => lines.join('\n')).join('\n\n')}\n`

const header = ({ app, image }: DeployPlan): string[] => [
  `${dockerfileMarker} for ${app.name}: yours to adapt. The next run shows its changes and asks first.`,
  ...(isMember(image.workspace?.app)
    ? [
        `# It is built from the root of the workspace: docker build --file ${image.workspace?.app}/Dockerfile .`,
      ]
    : []),
]

const isMember = (app: string | undefined): boolean => app !== undefined && app !== '.'
