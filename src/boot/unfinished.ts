import { rollBackJournal } from '../sqlite/journal.ts'
import type { Log } from './log.ts'
import { clearNew, type Place } from './place.ts'
import { interruptedMigration, putBack } from './restore-point.ts'

/**
 * Takes back what an earlier start did not finish, before anything is decided from what is on the volume: a new database
 * in the making, a migration that it was killed in, and a transaction.
 */
export const undoUnfinished = async (place: Place, log: Log): Promise<void> => {
  clearNew(place)
  const point = interruptedMigration(place)
  if (point !== null) {
    await putBack(place, point)
    const text = 'a start was killed in the middle of a migration; the database is as it was before it'
    log({ level: 'warn', step: 'link', outcome: 'rolled-back', text })
  }
  rollBackJournal(place.file)
}
