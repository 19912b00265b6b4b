import { createRequire } from 'node:module'
import type { backup, DatabaseSync } from 'node:sqlite'
import { SeaworthyError } from '../errors.ts'

interface Driver {
  DatabaseSync: typeof DatabaseSync
  backup: typeof backup
}

type Value = string | number | null

/** What the run-time needs of SQLite, and no more. */
export interface Sqlite {
  exec(sql: string): void
  all<Row>(sql: string, ...values: Value[]): Row[]
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  run(sql: string, ...values: Value[]): void
  /** The first statement of a script as it stands there, to its semicolon; null where only blanks and comments are left. */
  firstStatement(script: string): string | null
  readonly isInTransaction: boolean
  close(): void
}

export interface OpenOptions {
  readOnly?: boolean
  /** Milliseconds to wait for another connection's lock; SQLite's own default is not to wait. */
  busyTimeoutMs?: number
}

/**
 * Opens a database file, creating it unless `readOnly`.
 *
 * @throws SeaworthyError `SW-SQLITE-NONE` when this Node has no SQLite and none was installed; SQLite's own errors.
 */
export const openSqlite = (
  file: string,
  { readOnly = false, busyTimeoutMs = 5_000 }: OpenOptions = {},
): Sqlite => {
  const { DatabaseSync: Database } = loadDriver()
  // As everywhere but in Node: a migration that holds "text" in double quotes passes in Prisma's engine.
  const database = new Database(file, { readOnly, enableDoubleQuotedStringLiterals: true })
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  return {
    exec: (sql) => database.exec(sql),
    all: <Row>(sql: string, ...values: Value[]) => database.prepare(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: Value[]) => database.prepare(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => void database.prepare(sql).run(...values),
    firstStatement: (script) => firstStatement(database, script),
    get isInTransaction() {
      return database.isTransaction
    },
    close: () => database.close(),
  }
}

/** Opens, hands over and closes, whatever happens. */
export const withSqlite = <Result>(
  file: string,
  options: OpenOptions,
  use: (database: Sqlite) => Result,
): Result => {
  const database = openSqlite(file, options)
  try {
    return use(database)
  } finally {
    database.close()
  }
}

// SQLite keeps the text of what it has prepared, which is one statement and no more. Without any, one driver gives nothing and
// the others throw, each in its own way; an error in the statement is one of SQLite's.
const firstStatement = (database: DatabaseSync, script: string): string | null => {
  try {
    return database.prepare(script).expandedSQL ?? null
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) throw error
    return null
  }
}

/**
 * Copies a database that others write to, whole and as of one moment, by SQLite's backup API. In one step: it begins anew
 * when somebody has written between two.
 */
export const copySqlite = async (from: string, to: string): Promise<void> => {
  const { DatabaseSync: Database, backup } = loadDriver()
  const source = new Database(from, { readOnly: true })
  try {
    await backup(source, to, { rate: 2 ** 31 - 1 })
  } finally {
    source.close()
  }
}

let driver: Driver | undefined

const loadDriver = (): Driver => {
  driver ??= builtInDriver() ?? packagedDriver()
  return driver
}

// Node 20 has no node:sqlite, and before 22.16 it cannot say whether a transaction is open. Node 22 and 24 call it
// experimental, with a warning that would be the first line of every start.
const builtInDriver = (): Driver | undefined => {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const builtIn = process.getBuiltinModule('node:sqlite')
    return builtIn && tellsTransactions(builtIn) ? builtIn : undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

// Each connection has the property; its class does not show it.
const tellsTransactions = ({ DatabaseSync: Database }: Driver): boolean => {
  const database = new Database(':memory:')
  const isThere = 'isTransaction' in database
  database.close()
  return isThere
}

const packagedDriver = (): Driver => {
  try {
    return createRequire(import.meta.filename)('@photostructure/sqlite')
  } catch (cause) {
    throw new SeaworthyError({
      code: 'SW-SQLITE-NONE',
      what: `Node ${process.versions.node} has no SQLite of its own, and the package that stands in for it is missing.`,
      why: 'Optional dependencies were left out of the installation.',
      next: 'Use Node 22.16 or newer, or install it: npm install @photostructure/sqlite',
      cause,
    })
  }
}
