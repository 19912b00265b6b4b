import { existsSync } from 'node:fs'
import { withSqlite } from './driver.ts'
import { fileKind } from './file.ts'

/**
 * Takes back the transaction that a crash has cut off in a database without a write-ahead log, or while it was being
 * switched to one. SQLite does so at the next opening, but a read-only connection fails over it
 * (https://www.sqlite.org/lockingv3.html#hot_journals).
 *
 * @throws SQLite's own errors.
 */
export const rollBackJournal = (file: string): void => {
  if (!existsSync(`${file}-journal`) || fileKind(file) !== 'database') return
  withSqlite(file, {}, (database) => database.get('SELECT name FROM sqlite_master'))
}
