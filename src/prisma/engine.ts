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
 * rows as Prisma's (`schema-engine/connectors/sql-schema-connector`, `imperative_migration_persistence`). One transaction
 * per migration where its SQL allows one; behind any other stands the restore point of the one who calls.
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

const runScript = (database: Sqlite, script: string, done: () => void): void => {
  // As in Prisma's own connection, where a DELETE in a migration takes the children along.
  database.exec('PRAGMA foreign_keys = ON')
  if (switchesKeys.test(script)) {
    runBare(database, script, done)
    return
  }
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(script)
    done()
    // A script may have ended the transaction by a COMMIT of its own.
    if (database.isInTransaction) database.exec('COMMIT')
  } catch (error) {
    if (database.isInTransaction) database.exec('ROLLBACK')
    if (!wantsNoTransaction(error)) throw error
    runBare(database, script, done)
  }
}

// The switch does nothing inside a transaction; left on, dropping a table that a script redefines would delete the
// children of its rows, and off throughout, a DELETE before or behind it would leave them.
const switchesKeys = /\bPRAGMA\s+(?:\w+\.)?foreign_keys\b/i

const runBare = (database: Sqlite, script: string, done: () => void): void => {
  database.exec(script)
  done()
  if (database.isInTransaction) database.exec('COMMIT')
}

// VACUUM, PRAGMA journal_mode or a BEGIN of the script's own: SQLite refuses these inside a transaction, before they
// did anything, and the rollback has undone the rest.
const wantsNoTransaction = (error: unknown): boolean =>
  /(within|inside) (a )?transaction/i.test(reasonOf(error))

const record = (database: Sqlite, { name, checksum }: Migration, began: number): void =>
  database.run(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
    randomUUID(),
    checksum,
    name,
    began,
    Date.now(),
  )
