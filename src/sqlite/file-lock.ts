import { setTimeout as sleep } from 'node:timers/promises'
import { openSqlite, type Sqlite } from './driver.ts'

export interface FileLock {
  release(): void
}

/**
 * Takes a lock that the kernel lets go when its process dies: an exclusive SQLite transaction, which works between
 * containers that share the folder too.
 *
 * @param file the lock's own database file; it is created, and stays.
 * @param waitMs milliseconds to keep trying.
 * @returns null when somebody else held it the whole time.
 */
export const takeFileLock = async (file: string, waitMs: number): Promise<FileLock | null> => {
  const deadline = performance.now() + waitMs
  for (;;) {
    const database = tryLock(file)
    if (database !== null) return { release: () => database.close() }
    if (performance.now() >= deadline) return null
    await sleep(50)
  }
}

const tryLock = (file: string): Sqlite | null => {
  const database = openSqlite(file, { busyTimeoutMs: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null
    throw error
  }
}
