import type { DeployPlan } from '../../plan/plan-types.ts'
import { listApps } from './apps.ts'
import type { Flyctl } from './flyctl.ts'
import { type FlyMachine, theMachine } from './machines.ts'
import { listSecrets } from './secrets.ts'
import { type FlyVolume, listVolumes, volumeFor } from './volumes.ts'

/** What is to be deployed where. */
export interface Target {
  flyctl: Flyctl
  /** The app's folder, absolute. */
  root: string
  /** Root of the workspace that its image is built from; null where that is the app's own folder. */
  workspace: string | null
  plan: DeployPlan
  /** Name of the app on Fly: the plan's, or that of a second app with the same files. */
  app: string
  /** Secrets that the app's framework needs. */
  secrets: string[]
}

/** What there is of an app on Fly. */
export interface Present {
  isApp: boolean
  /** Names. */
  secrets: string[]
  machine: FlyMachine | null
  volume: FlyVolume | null
}

/** @throws SeaworthyError `SW-FLY-SEVERAL-MACHINES`, and those of `ask`. */
export const look = async (target: Target): Promise<Present> =>
  (await listApps(target.flyctl)).includes(target.app)
    ? { isApp: true, ...(await lookInside(target)) }
    : { isApp: false, secrets: [], machine: null, volume: null }

/** The same for an app that there must be: a token for that app alone will do. */
export const lookInside = async ({ flyctl, app, plan }: Target): Promise<Omit<Present, 'isApp'>> => {
  const [machine, secrets, volumes] = await Promise.all([
    theMachine(flyctl, app, groupOf(plan)),
    listSecrets(flyctl, app),
    plan.volume ? listVolumes(flyctl, app) : [],
  ])
  const volume = plan.volume && volumeFor(volumes, plan.volume, machine, plan.app.region)
  return { secrets, machine, volume }
}

/** The process group whose machine has the volume. */
export const groupOf = ({ startScript }: DeployPlan): string => startScript?.group ?? 'app'
