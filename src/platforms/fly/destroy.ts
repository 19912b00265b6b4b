import { bucketSecrets } from '../../bucket/bucket.ts'
import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { failed } from './failures.ts'
import type { Flyctl } from './flyctl.ts'
import { destroyMachine, startMachine, stopMachine } from './machines.ts'
import { unsetSecrets } from './secrets.ts'
import { destroyBucket } from './storage.ts'
import { lookInside, type Present, type Target } from './target.ts'
import { destroyVolume } from './volumes.ts'

export const destroyable = ['machine', 'volume', 'bucket'] as const
export type Destroyable = (typeof destroyable)[number]

/** What is lost, for the question that comes first. */
export const lossOf: Record<Destroyable, string> = {
  machine: 'The machine is killed without warning, as when its host is lost; its volume stays.',
  volume: 'The database on the volume is deleted; the backup in the bucket stays.',
  bucket: 'Every backup in the bucket is deleted, and its five secrets are unset.',
}

/** The commands that destroy a part, in their order. @throws SeaworthyError `SW-FLY-NOTHING`, `SW-FLY-IN-USE`. */
export const destroyCommands = async (target: Target, part: Destroyable): Promise<Command[]> => {
  const { flyctl, app } = target
  const present = await lookInside(target)
  if (part === 'bucket') return bucketCommands(flyctl, app)
  if (part === 'machine') return [destroyMachine(flyctl, app, theOne(present, 'machine', app))]
  if (present.machine) throw inUse(present.machine.id)
  return [destroyVolume(flyctl, app, theOne(present, 'volume', app))]
}

export const bucketCommands = (flyctl: Flyctl, app: string): Command[] => [
  unsetSecrets(flyctl, app, bucketSecrets),
  destroyBucket(flyctl, app),
]

export const stopCommands = async (target: Target): Promise<Command[]> => [
  stopMachine(target.flyctl, target.app, theOne(await lookInside(target), 'machine', target.app)),
]

export const startCommands = async (target: Target): Promise<Command[]> => [
  startMachine(target.flyctl, target.app, theOne(await lookInside(target), 'machine', target.app)),
]

/** @throws SeaworthyError `SW-FLY-FAILED` for the first that does not end well. */
export const runAll = async ({ flyctl }: Target, commands: Command[]): Promise<void> => {
  for (const command of commands) {
    const result = await flyctl.run(command)
    if (result.code !== 0) throw failed(command, result)
  }
}

const theOne = (present: Omit<Present, 'isApp'>, part: 'machine' | 'volume', app: string): string => {
  const found = present[part]
  if (found) return found.id
  throw new SeaworthyError({
    code: 'SW-FLY-NOTHING',
    what: `The app ${app} has no ${part}.`,
    next: 'npx seaworthy deploy makes one.',
  })
}

const inUse = (machine: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-IN-USE',
    what: `The machine ${machine} has the volume.`,
    why: 'Fly destroys no volume that a machine has.',
    next: 'npx seaworthy fly destroy machine --yes, then npx seaworthy fly destroy volume --yes',
  })
