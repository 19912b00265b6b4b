import { rmSync } from 'node:fs'
import { SeaworthyError } from '../../errors.ts'
import { alone } from './alone.ts'
import { destroyMachine, runningPart } from './machine.ts'
import type { LocalPaths } from './paths.ts'
import { readRecord, writeRecord } from './record.ts'

export const destroyable = ['machine', 'volume', 'bucket'] as const
export type Destroyable = (typeof destroyable)[number]

/** What is lost, for the question that comes first. */
export const lossOf: Record<Destroyable, string> = {
  machine: 'The machine is killed without warning, as when its host is lost.',
  volume: 'The database on the volume is deleted; the backup in the bucket stays.',
  bucket: 'Every backup in the bucket is deleted.',
}

/** @throws SeaworthyError `SW-LOCAL-RUNNING` for a part that the machine uses, `SW-LOCAL-BUCKET-S3`, `SW-LOCAL-BUSY`. */
export const destroy = (root: string, part: Destroyable): Promise<void> =>
  alone(root, async (paths) => {
    if (part === 'machine') return destroyMachine(paths)
    await refuseWhileRunning(paths, part)
    if (part === 'volume') return rmSync(paths.volume, { recursive: true, force: true })
    destroyBucket(paths)
  })

const destroyBucket = (paths: LocalPaths): void => {
  const record = readRecord(paths)
  if (record?.bucket?.kind === 's3') throw notOurs(record.bucket.location)
  rmSync(paths.bucket, { recursive: true, force: true })
  if (record) writeRecord(paths, { ...record, bucket: null })
}

const refuseWhileRunning = async (paths: LocalPaths, part: Destroyable): Promise<void> => {
  const record = readRecord(paths)
  if (record === null || !(await runningPart(record))) return
  throw new SeaworthyError({
    code: 'SW-LOCAL-RUNNING',
    what: `The machine runs, and uses the ${part}.`,
    next: `npx seaworthy local destroy machine --yes (or npx seaworthy local stop), then npx seaworthy local destroy ${part} --yes`,
  })
}

const notOurs = (location: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-BUCKET-S3',
    what: `The bucket is ${location}, which is not part of the local platform.`,
    why: 'Others may use it; seaworthy deletes only the folder that it has made.',
    next: 'Delete the objects with the tools of your store, if that is what you want.',
  })
