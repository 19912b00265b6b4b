import { setTimeout as sleep } from 'node:timers/promises'
import { withSqlite } from '../sqlite/driver.ts'
import type { Log } from './log.ts'
import type { Place } from './place.ts'

/** Milliseconds that one try may keep the app from writing. */
const tryMs = 250

/**
 * Empties the write-ahead log, so that Litestream 0.5 begins with a full snapshot: where it resumes in a log that it was
 * not attached to all the time it leaves malformed backups behind. Once emptied, the log is shorter than where Litestream
 * stopped or has other salts there, however much the app writes before it attaches (`verifyWithExecutor` in db.go of 0.5.16).
 */
export const emptyLog = async (place: Place, log: Log): Promise<void> => {
  for (let attempt = 1; !isEmptied(place); attempt++) {
    if (attempt === 5) {
      const text =
        'the write-ahead log is in use all the time; Litestream waits until it can begin with an empty one'
      log({ level: 'warn', step: 'replicate', outcome: 'waiting', text })
    }
    await sleep(200)
  }
}

const isEmptied = (place: Place): boolean =>
  withSqlite(
    place.file,
    { busyTimeoutMs: tryMs },
    (database) => database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')?.busy !== 1,
  )
