import { randomUUID } from 'node:crypto'
import { reasonOf } from '../errors.ts'
import { type Sqlite, withSqlite } from '../sqlite/driver.ts'
import type { Migration } from './migrations.ts'

/** A migration that the database refused; the database is as it was before this one, where its SQL allows it. */
export class MigrationFailure extends Error {
  readonly migration: string

  constructor(migration: string, cause: unknown) {
    super(reasonOf(cause), { cause })
    this.migration = migration
  }
}

/**
 * The built-in engine: does what `prisma migrate deploy` does, without its 140 MB process. Writes the same table and
 * rows as Prisma's (`schema-engine/connectors/sql-schema-connector`, `imperative_migration_persistence`).
 *
 * @throws MigrationFailure
 */
export const applyMigrations = (file: string, pending: readonly Migration[]): void =>
  withSqlite(file, {}, (database) => {
    database.exec(historyTable)
    for (const migration of pending) applyOne(database, migration)
  })

const historyTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

const applyOne = (database: Sqlite, migration: Migration): void => {
  const began = Date.now()
  try {
    runScript(database, migration.script, () => record(database, migration, began))
  } catch (cause) {
    throw new MigrationFailure(migration.name, cause)
  }
}

// PRAGMA foreign_keys does nothing inside a transaction, and with it on, dropping a table that a script redefines would
// delete the children of its rows. So a script that turns it off gets it turned off before the transaction begins.
const runScript = (database: Sqlite, script: string, done: () => void): void => {
  const turnsKeysOff = /^\s*PRAGMA\s+(?:main\.)?foreign_keys\s*=\s*(?:OFF|0|FALSE|NO)\b/im.test(script)
  database.exec(`PRAGMA foreign_keys = ${turnsKeysOff ? 'OFF' : 'ON'}`)
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(script)
    done()
    // A script may have ended the transaction by a COMMIT of its own.
    if (database.isInTransaction) database.exec('COMMIT')
  } catch (error) {
    if (database.isInTransaction) database.exec('ROLLBACK')
    if (!wantsNoTransaction(error)) throw error
    database.exec(script)
    done()
  }
}

// VACUUM, PRAGMA journal_mode or a BEGIN of the script's own: SQLite refuses these inside a transaction, before they
// did anything, and the rollback has undone the rest.
const wantsNoTransaction = (error: unknown): boolean =>
  /within a transaction|from within a transaction/i.test(reasonOf(error))

const record = (database: Sqlite, { name, checksum }: Migration, began: number): void =>
  database.run(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
    randomUUID(),
    checksum,
    name,
    began,
    Date.now(),
  )
