import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SeaworthyError, systemCode } from '../../errors.ts'
import { replaceFile } from '../replace-file.ts'

export const stepNames = ['app', 'bucket', 'secrets', 'volume', 'deploy'] as const
export type StepName = (typeof stepNames)[number]

/** What became of a step: it is written down before it is begun, so that a command killed in it can be gone on with. */
export interface StepRecord {
  state: 'begun' | 'done'
  /** As it was typed; no secrets. */
  command: string
  /** ISO 8601. */
  at: string
}

export type StepRecords = Partial<Record<StepName, StepRecord>>

/** `.seaworthy/launch.json`: what `launch` has made outside of this folder, by platform and app. */
interface LaunchRecord {
  version: 1
  fly: Record<string, StepRecords>
}

export const recordPath = '.seaworthy/launch.json'

/** @throws SeaworthyError `SW-LAUNCH-RECORD` when it is not one that this version has written. */
export const readSteps = (root: string, app: string): StepRecords => readRecord(root).fly[app] ?? {}

export const noteStep = (root: string, app: string, step: StepName, entry: StepRecord): void => {
  const record = readRecord(root)
  const fly = { ...record.fly, [app]: { ...record.fly[app], [step]: entry } }
  const file = join(root, recordPath)
  mkdirSync(dirname(file), { recursive: true })
  replaceFile(file, `${JSON.stringify({ ...record, fly }, null, 2)}\n`)
}

const readRecord = (root: string): LaunchRecord => {
  const file = join(root, recordPath)
  try {
    const value: Partial<LaunchRecord> = JSON.parse(readFileSync(file, 'utf8'))
    if (value.version === 1) return { version: 1, fly: {}, ...value }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { version: 1, fly: {} }
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new SeaworthyError({
    code: 'SW-LAUNCH-RECORD',
    what: `${recordPath}, which says what was made on Fly, cannot be read.`,
    why: 'It was changed by hand, or a newer seaworthy wrote it.',
    next: `Remove it and run the same command again; --adopt says that an app which is there is this one: rm ${file}`,
  })
}
