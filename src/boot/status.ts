import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `.seaworthy/status.json` on the volume: how the backup stands (docs/json-output.md). */
export interface BackupStatus {
  version: 1
  /** ISO 8601: when this was written. That is at each change, and each second while writes wait for their upload. */
  time: string
  state: BackupState
  /** Null until there is a lease. */
  timeline: number | null
  /** How far the backup goes, and when that was seen (ISO 8601). */
  confirmed: { position: string; time: string } | null
  /** How far Litestream has read the database. */
  local: string | null
  /** Seconds since the oldest write that is not confirmed in the bucket; 0 when all are. */
  lag: number
  /** Why it is not backed up. */
  reason: string | null
  /** Version of Litestream. */
  litestream: string | null
}

/**
 * `starting`: nothing is known yet · `backed-up`: every write is in the bucket, or was made this moment · `behind`: the
 * upload takes longer · `not-backed-up`: nothing reaches the bucket · `stopped`: ended, and every write is there.
 */
export type BackupState = 'starting' | 'backed-up' | 'behind' | 'not-backed-up' | 'stopped'

/** Notes how the backup stands. A full volume must not end the app for want of a status. */
export const writeStatus = (
  stateFolder: string,
  status: Partial<BackupStatus> & { state: BackupState },
): void => {
  const whole: BackupStatus = { version: 1, time: new Date().toISOString(), ...unknown, ...status }
  const file = join(stateFolder, fileName)
  try {
    writeFileSync(`${file}.tmp`, `${JSON.stringify(whole, null, 2)}\n`)
    renameSync(`${file}.tmp`, file)
  } catch {
    // The log says the same.
  }
}

/** Null when no start has written one that can be read. */
export const readStatus = (stateFolder: string): BackupStatus | null => {
  try {
    return parseStatus(readFileSync(join(stateFolder, fileName), 'utf8'))
  } catch {
    return null
  }
}

/** Null for a text that is no status of this version. */
export const parseStatus = (text: string): BackupStatus | null => {
  try {
    const status: Partial<BackupStatus> = JSON.parse(text)
    return status.version === 1 ? (status as BackupStatus) : null
  } catch {
    return null
  }
}

const fileName = 'status.json'

const unknown = {
  state: 'starting',
  timeline: null,
  confirmed: null,
  local: null,
  lag: 0,
  reason: null,
  litestream: null,
} as const
