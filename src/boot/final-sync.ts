import {
  isSamePosition,
  localPosition,
  type Position,
  readPoint,
  showPosition,
} from '../litestream/position.ts'
import { hasCommitsBehind } from '../sqlite/wal.ts'
import type { StepOutcome } from './log.ts'
import type { Place } from './place.ts'
import type { Remote } from './remote.ts'

/** Whether the backup holds every write of an app that has ended. */
export type FinalSync = { isConfirmed: true; position: string } | { isConfirmed: false; why: string }

/** @param ms how long it took. */
export const syncOutcome = (result: FinalSync, ms: number): StepOutcome => {
  if (result.isConfirmed)
    return { outcome: 'confirmed', ms, text: `the backup holds every write, up to ${result.position}` }
  const text = `the last writes may not be in the backup: ${result.why}`
  return { level: 'error', outcome: 'not-confirmed', ms, text }
}

/**
 * Judges a final sync.
 *
 * @param code exit code of Litestream; null when it had to be killed.
 * @param confirmed how far it was heard to upload.
 */
export const judge = (
  { litestream }: Remote,
  place: Place,
  code: number | null,
  confirmed: Position | null,
): FinalSync => {
  // The position decides. 0.3's final sync can fail over a segment that its own monitor uploads at the same moment; and
  // 0.5 ends with 0 when its final sync failed. Only without an upload in this run does the exit code count: then there
  // was nothing to upload, since Litestream compares with the bucket when it starts.
  const no = (why: string): FinalSync => ({ isConfirmed: false, why })
  const point = readPoint(place.file)
  const local = localPosition(place.file)
  if (point === null || local === null) return no('Litestream has not read the database yet')
  if (hasCommitsBehind(place.file, point)) return no('the database has writes that Litestream has not read')
  if (confirmed !== null && !isSamePosition(confirmed, local)) {
    return no(`the backup goes to ${showPosition(confirmed)}, the database to ${showPosition(local)}`)
  }
  if (confirmed === null && litestream.dialect === '0.5') return no('Litestream did not reach the bucket')
  if (confirmed === null && code === null) return no('the final sync did not end in time')
  if (confirmed === null && code !== 0) return no(`Litestream ended with exit code ${code}`)
  return { isConfirmed: true, position: showPosition(local) }
}
