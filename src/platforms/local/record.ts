import { readFileSync } from 'node:fs'
import { SeaworthyError, systemCode } from '../../errors.ts'
import { replaceFile } from '../replace-file.ts'
import type { LocalPaths } from './paths.ts'
import type { ProcessId } from './process-tree.ts'

/**
 * `machine.json`: what is known of the machine. It belongs to the supervisor as long as that lives, and to the command
 * that stops or destroys it afterwards.
 */
export interface MachineRecord extends MachineJob {
  version: 1
  /**
   * `starting`: the start script is at work · `started`: the app has answered · `stopped`: it was told to, or ended
   * with code 0 · `failed`: it is not tried again · `destroyed`: there is no machine; port and bucket are remembered.
   */
  state: 'starting' | 'started' | 'stopped' | 'failed' | 'destroyed'
  supervisor: ProcessId | null
  startScript: ProcessId | null
  /** ISO 8601. */
  startedAt: string
  /** How the start script ended the last time. */
  exitCode: number | null
  /** Since it was started by a command. */
  restarts: number
}

/** What a supervisor is told to run. */
export interface MachineJob {
  port: number
  release: number
  /** What `node` is given in the release's folder: the start script and the words of the app's command. */
  words: string[]
  /** Null once it was destroyed, the next start makes a new one; and for an app without backups. */
  bucket: LocalBucket | null
}

export interface LocalBucket {
  kind: 'folder' | 's3'
  location: string
}

/** @throws SeaworthyError `SW-LOCAL-RECORD` when it is not one that this version has written. */
export const readRecord = ({ record }: LocalPaths): MachineRecord | null => {
  try {
    const value: Partial<MachineRecord> = JSON.parse(readFileSync(record, 'utf8'))
    if (value.version === 1) return value as MachineRecord
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new SeaworthyError({
    code: 'SW-LOCAL-RECORD',
    what: `${record}, which says what runs, cannot be read.`,
    why: 'It was changed by hand, or a newer seaworthy wrote it.',
    next: `Remove it, end what still runs of the app, and deploy again: rm ${record}`,
  })
}

export const writeRecord = ({ record }: LocalPaths, value: MachineRecord): void =>
  replaceFile(record, `${JSON.stringify(value, null, 2)}\n`)
