import { existsSync } from 'node:fs'
import { type BackupStatus, readStatus as readBackupStatus } from '../../boot/status.ts'
import { stateFolder } from '../../boot/volume.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import { urlOf } from './address.ts'
import { chosenBucket } from './backup.ts'
import { litestreamFor } from './litestream.ts'
import { runningPart } from './machine.ts'
import { type LocalPaths, localPaths } from './paths.ts'
import { type LocalBucket, type MachineRecord, readRecord } from './record.ts'

/** What `local status --json` and `local deploy --json` print. */
export interface LocalStatus {
  version: 1
  /** Where the app answers; null while no machine runs. */
  url: string | null
  machine: MachineStatus | null
  volume: { path: string; exists: boolean }
  bucket: LocalBucket
  /** Null when none was found. */
  litestream: { version: string; path: string } | null
  /** What the machine's start script has last written about its backup; null when there is none. */
  backup: BackupStatus | null
}

export interface MachineStatus {
  state: 'starting' | 'started' | 'stopped' | 'failed'
  /** The supervisor's; null while it does not run. */
  pid: number | null
  /** ISO 8601. */
  startedAt: string
}

export const readStatus = async (root: string, ctx: Context): Promise<LocalStatus> => {
  const paths = localPaths(root)
  const record = readRecord(paths)
  const machine = record && (await machineStatus(record))
  return {
    version: 1,
    url: record && machine?.pid ? urlOf(record.port) : null,
    machine,
    volume: { path: paths.volume, exists: existsSync(paths.volume) },
    bucket: record?.bucket ?? bucketAhead(paths, ctx),
    litestream: await litestreamFor(ctx)
      .then(({ version, path }) => ({ version, path }))
      .catch(unlessSeaworthy),
    backup: readBackupStatus(stateFolder(paths.volume)),
  }
}

// The one of the next deployment; where that would refuse to choose, the folder.
const bucketAhead = (paths: LocalPaths, { env }: Context): LocalBucket => {
  try {
    return chosenBucket(paths, env)
  } catch (error) {
    return unlessSeaworthy(error) ?? { kind: 'folder', location: paths.bucket }
  }
}

// A supervisor that was killed could not write down its end.
const machineStatus = async (record: MachineRecord): Promise<MachineStatus | null> => {
  const { state, startedAt } = record
  if (state === 'destroyed') return null
  const running = await runningPart(record)
  if (running) return { state, pid: running.pid, startedAt }
  return { state: state === 'stopped' ? 'stopped' : 'failed', pid: null, startedAt }
}

const unlessSeaworthy = (error: unknown): null => {
  if (error instanceof SeaworthyError) return null
  throw error
}
