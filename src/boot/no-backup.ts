import type { Place } from './place.ts'
import { writeStatus } from './status.ts'
import type { StepResult } from './step.ts'

/** Said at every start of an app that wants backups and has no bucket. */
export const notBackedUp = ({ state }: Place): StepResult => {
  const text = 'no bucket is set: a lost volume is lost data. On Fly.io: fly storage create'
  writeStatus(state, { state: 'not-backed-up', reason: 'no bucket is set' })
  return { level: 'error', outcome: 'not-backed-up', text }
}

/** Said at every start of an app that has chosen to have none. */
export const backupUnwanted = ({ state }: Place): StepResult => {
  const text =
    'nothing is backed up, as chosen: a lost volume is lost data. The way back: npx seaworthy attach'
  writeStatus(state, { state: 'not-backed-up', reason: 'this app has chosen to have no backups' })
  return { level: 'warn', outcome: 'not-backed-up', text }
}
