import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { backupOnVolume } from './backup.ts'
import { appContainers, type Container } from './containers.ts'
import { compose, type Docker, docker } from './docker.ts'
import { readSetup } from './setup.ts'
import { presentVolume } from './volumes.ts'

export const destroyable = ['container', 'volume', 'bucket'] as const
export type Destroyable = (typeof destroyable)[number]

/** What is lost, for the question that comes first. */
export const lossOf: Record<Destroyable, string> = {
  container: 'The container is killed without warning, as when its machine is lost; the volume stays.',
  volume: 'The database on the volume is deleted; the backup in the bucket stays.',
  bucket: 'Every backup in the bucket is deleted.',
}

interface DestroyOptions {
  /** The volume goes even where the bucket does not have all of it. */
  isUnsavedToo: boolean
}

/**
 * The commands that destroy a part, in their order.
 *
 * @throws SeaworthyError `SW-COMPOSE-NOTHING`, `SW-COMPOSE-IN-USE`, `SW-COMPOSE-UNSAVED`, `SW-COMPOSE-BUCKET-S3`.
 */
export const destroyCommands = async (
  target: Docker,
  plan: DeployPlan,
  part: Destroyable,
  options: DestroyOptions,
): Promise<Command[]> => {
  const containers = await appContainers(target, ['--all'])
  if (part === 'container')
    return [docker(target, ['rm', '--force', ...some(containers).map(({ id }) => id)])]
  if (part === 'volume') return destroyVolume(target, plan, containers, options)
  return destroyBucket(target, plan, containers)
}

/** A container that is stopped has its volume too. */
const destroyVolume = async (
  target: Docker,
  { volume, image, backup }: DeployPlan,
  containers: Container[],
  { isUnsavedToo }: DestroyOptions,
): Promise<Command[]> => {
  if (containers.length > 0) throw inUse('volume')
  const name = volume && (await presentVolume(target, await readSetup(target), 'app', volume.destination))
  if (!volume || !name) throw nothing('volume')
  if (backup && !isUnsavedToo) {
    const status = await backupOnVolume(target, { volume: volume.destination, image })
    if (status?.state !== 'stopped' && status?.state !== 'backed-up') throw unsaved(status?.reason ?? null)
  }
  return [docker(target, ['volume', 'rm', name])]
}

const destroyBucket = async (
  target: Docker,
  { compose: composePlan, backup }: DeployPlan,
  containers: Container[],
): Promise<Command[]> => {
  if (!composePlan?.hasBucketServer) throw notOurs()
  if (backup && containers.some(({ isRunning }) => isRunning)) throw inUse('bucket')
  const name = await presentVolume(target, await readSetup(target), 'bucket', '/store/app')
  if (!name) throw nothing('bucket')
  return [compose(target, ['rm', '--stop', '--force', 'bucket']), docker(target, ['volume', 'rm', name])]
}

/** SIGTERM, and time for the final sync. */
export const stopCommands = async (target: Docker): Promise<Command[]> => {
  some(await appContainers(target))
  return [compose(target, ['stop', 'app'])]
}

/** The containers that were stopped, as they are; done when they are healthy. */
export const startCommands = async (target: Docker): Promise<Command[]> => {
  some(await appContainers(target, ['--all']))
  return [compose(target, ['up', '--detach', '--no-build', '--no-recreate', '--wait', 'app'])]
}

/** @throws SeaworthyError `SW-COMPOSE-NOTHING` where there is none. */
const some = (containers: Container[]): Container[] => {
  if (containers.length === 0) throw nothing('container')
  return containers
}

const nothing = (part: Destroyable): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-NOTHING',
    what: `There is no ${part} of this app.`,
    next: 'npx seaworthy deploy makes one; npx seaworthy compose status shows what there is.',
  })

const inUse = (part: Destroyable): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-IN-USE',
    what: `A container of the app has the ${part}.`,
    next: `npx seaworthy compose stop uploads the last writes, npx seaworthy compose destroy container --yes lets go of it; then npx seaworthy compose destroy ${part} --yes`,
  })

const unsaved = (reason: string | null): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-UNSAVED',
    what: 'Nothing says that the bucket has all that is on the volume.',
    why:
      reason ??
      'The last start was killed before it had uploaded its last writes, or its status cannot be read.',
    next: 'npx seaworthy deploy uploads them; to lose them: npx seaworthy compose destroy volume --unsaved --yes',
  })

const notOurs = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-BUCKET-S3',
    what: 'The bucket is one of an S3 store, not of compose.yaml.',
    why: 'Others may use it; seaworthy deletes only the bucket of `launch --bucket-server`.',
    next: 'Delete the objects with the tools of your store, if that is what you want.',
  })
