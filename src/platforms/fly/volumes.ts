import type { Command } from '../../command.ts'
import type { VolumePlan } from '../../plan/plan-types.ts'
import { asRecords, numberAt, textAt } from './answers.ts'
import { ask, type Flyctl, fly } from './flyctl.ts'
import type { FlyMachine } from './machines.ts'

export interface FlyVolume {
  id: string
  name: string
  region: string
  sizeGb: number
  /** Id of the machine that mounts it. */
  machine: string | null
  isReachable: boolean
}

export const listVolumes = async (flyctl: Flyctl, app: string): Promise<FlyVolume[]> =>
  asRecords(await ask(flyctl, ['volumes', 'list', '--app', app]))
    .filter((volume) => !/destroy/.test(textAt(volume, 'state')))
    .map((volume) => ({
      id: textAt(volume, 'id'),
      name: textAt(volume, 'name'),
      region: textAt(volume, 'region'),
      sizeGb: numberAt(volume, 'size_gb'),
      machine: textAt(volume, 'attached_machine_id') || null,
      isReachable: !['unreachable', 'unknown'].includes(textAt(volume, 'host_status')),
    }))

/**
 * The volume that a deployment would take: the machine's own, else one that no machine has, where the machine is or
 * will be. Null when there is none, and Fly would refuse to deploy.
 */
export const volumeFor = (
  volumes: FlyVolume[],
  { source }: VolumePlan,
  machine: FlyMachine | null,
  region: string | null,
): FlyVolume | null => {
  const wanted = machine?.region ?? region
  return (
    volumes.find(({ id }) => machine?.volumes.includes(id)) ??
    volumes.find(
      (volume) =>
        volume.name === source &&
        volume.machine === null &&
        volume.isReachable &&
        (wanted === null || volume.region === wanted),
    ) ??
    null
  )
}

/** One, as there is one machine: `--yes` answers flyctl's advice to make two. */
export const createVolume = (flyctl: Flyctl, app: string, plan: VolumePlan, region: string): Command =>
  fly(flyctl, [
    ...['volumes', 'create', plan.source, '--region', region, '--size', String(plan.sizeGb)],
    ...['--snapshot-retention', String(plan.snapshotDays), '--app', app, '--yes'],
  ])

export const destroyVolume = (flyctl: Flyctl, app: string, id: string): Command =>
  fly(flyctl, ['volumes', 'destroy', id, '--yes', '--app', app])
