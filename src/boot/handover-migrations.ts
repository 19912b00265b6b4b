import { resolve } from 'node:path'
import { reasonOf } from '../errors.ts'
import { migrationStatus, readMigrations } from '../prisma/migrations.ts'
import { type Sqlite, withSqlite } from '../sqlite/driver.ts'

/**
 * Why the pending migrations cannot be applied while the app of the last release serves; null when they can. Only what
 * adds passes: new tables, indexes that are not unique, columns that may be left out. SQLite itself reads the scripts:
 * each statement is run on an empty database with the same schema, and judged by what it has made of that.
 *
 * @param file the database.
 * @param folder migrations folder, relative to the root.
 */
export const whyNotBeside = (file: string, root: string, folder: string): string | null => {
  const migrations = readMigrations(resolve(root, folder))
  if (migrations.length === 0) return null
  const { status, schema } = withSqlite(file, { readOnly: true }, (database) => ({
    status: migrationStatus(database, migrations),
    schema: schemaOf(database),
  }))
  const { pending, failed, isUnmanaged } = status
  // What `migrate` refuses anyway is no reason to stop anybody.
  if (pending.length === 0 || failed.length > 0 || isUnmanaged) return null
  return withSqlite(':memory:', {}, (empty) => {
    try {
      for (const { sql } of schema) empty.exec(sql)
    } catch (error) {
      return `it could not be tried on the present schema: ${reasonOf(error)}`
    }
    const newTables = new Set<string>()
    return firstReason(pending, ({ name, script }) => {
      const reason = whyNot(empty, script, newTables)
      return reason === null ? null : `${name} ${reason}`
    })
  })
}

interface SchemaEntry {
  type: 'table' | 'index' | 'view' | 'trigger'
  name: string
  table: string
  sql: string
}

// Without a text: what SQLite makes by itself for a key. Tables go first, since the others refer to them.
const schemaOf = (database: Sqlite): SchemaEntry[] =>
  database.all<SchemaEntry>(
    `SELECT type, name, tbl_name AS "table", sql FROM sqlite_master
     WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END`,
  )

const whyNot = (empty: Sqlite, script: string, newTables: Set<string>): string | null => {
  let rest = script
  try {
    for (;;) {
      const statement = empty.firstStatement(rest)
      if (statement === null) return null
      if (!rest.startsWith(statement)) return 'has a statement that takes parameters'
      const before = entriesOf(empty)
      empty.exec(statement)
      const reason = whyChangeIsNoAddition(empty, before, entriesOf(empty), newTables)
      if (reason !== null) return reason
      rest = rest.slice(statement.length)
    }
  } catch (error) {
    return `fails on the present schema: ${reasonOf(error)}`
  }
}

interface Entry extends SchemaEntry {
  columns: readonly Column[]
}

interface Column {
  name: string
  type: string
  notnull: number
  dflt_value: string | null
  pk: number
  hidden: number
}

const entriesOf = (database: Sqlite): Map<string, Entry> =>
  new Map(
    schemaOf(database).map((entry) => [
      `${entry.type} ${entry.name}`,
      {
        ...entry,
        columns: database.all<Column>(
          'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)',
          entry.name,
        ),
      },
    ]),
  )

/** Judges one statement by the schema before and after it; `newTables` are those that the pending scripts have made. */
const whyChangeIsNoAddition = (
  database: Sqlite,
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  newTables: Set<string>,
): string | null => {
  const gone = [...before.values()].find(({ type, name }) => !after.has(`${type} ${name}`))
  if (gone !== undefined) return `drops or renames the ${gone.type} ${gone.name}`
  const changed = [...after].filter(([key, { sql }]) => before.get(key)?.sql !== sql)
  if (changed.length === 0) return 'changes data or settings'
  return firstReason(changed, ([key, entry]) => {
    const old = before.get(key)
    if (old !== undefined) return addsColumns(old, entry) ? null : `changes the ${entry.type} ${entry.name}`
    if (entry.type === 'table') newTables.add(entry.name)
    if (entry.type === 'table' || (entry.type === 'index' && newTables.has(entry.table))) return null
    if (entry.type !== 'index') return `adds the ${entry.type} ${entry.name}`
    return isUnique(database, entry) ? `adds a unique index to ${entry.table}` : null
  })
}

// SQLite refuses to add a column that has neither a default nor may be null, and changes nothing else by adding one.
const addsColumns = (old: Entry, { type, columns }: Entry): boolean =>
  type === 'table' &&
  columns.length > old.columns.length &&
  old.columns.every((column, at) => JSON.stringify(column) === JSON.stringify(columns[at])) &&
  columns.slice(old.columns.length).every(({ notnull, dflt_value }) => notnull === 0 || dflt_value !== null)

const isUnique = (database: Sqlite, { name, table }: Entry): boolean =>
  database.get<{ unique: number }>('SELECT "unique" FROM pragma_index_list(?) WHERE name = ?', table, name)
    ?.unique !== 0

const firstReason = <Each>(all: readonly Each[], reasonFor: (each: Each) => string | null): string | null => {
  for (const each of all) {
    const reason = reasonFor(each)
    if (reason !== null) return reason
  }
  return null
}
