import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sqlite } from '../sqlite/driver.ts'

/** A folder of `prisma/migrations` with its script. */
export interface Migration {
  name: string
  script: string
  /** SHA-256 of the script, hexadecimal, as Prisma stores it. */
  checksum: string
}

/** A row of `_prisma_migrations`, which Prisma's CLI and our engine both write. */
interface MigrationRow {
  migration_name: string
  checksum: string
  finished_at: number | string | null
  rolled_back_at: number | string | null
}

/** How a database stands to the migrations; by Prisma's own rules, which compare names only. */
export interface MigrationStatus {
  pending: Migration[]
  /** Applied, and changed on disk since. */
  edited: string[]
  /** Applied, and no longer on disk. */
  missing: string[]
  /** Begun and neither finished nor rolled back (Prisma's P3009). */
  failed: string[]
  /** Tables without a history (Prisma's P3005). */
  isUnmanaged: boolean
}

/** Reads the migrations in the order in which they are applied. */
export const readMigrations = (folder: string): Migration[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(scriptOf(folder, entry.name)))
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(scriptOf(folder, name))
      return {
        name,
        script: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      }
    })
}

/** Names of folders among the migrations that hold no script. */
export const withoutScript = (folder: string): string[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !existsSync(scriptOf(folder, entry.name)))
    .map(({ name }) => name)
}

export const migrationStatus = (database: Sqlite, migrations: readonly Migration[]): MigrationStatus => {
  const tables = tableNames(database)
  const rows = tables.includes('_prisma_migrations')
    ? database.all<MigrationRow>(
        'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at',
      )
    : null
  const applied = new Map(
    rows
      ?.filter((row) => row.rolled_back_at === null && row.finished_at !== null)
      .map((row) => [row.migration_name, row.checksum]),
  )
  const onDisk = new Set(migrations.map(({ name }) => name))
  return {
    pending: migrations.filter(({ name }) => !applied.has(name)),
    edited: migrations
      .filter(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum)
      .map(({ name }) => name),
    missing: [...applied.keys()].filter((name) => !onDisk.has(name)),
    failed: (rows ?? [])
      .filter((row) => row.finished_at === null && row.rolled_back_at === null)
      .map((row) => row.migration_name),
    isUnmanaged: rows === null && tables.some((name) => !name.startsWith('_litestream_')),
  }
}

const tableNames = (database: Sqlite): string[] =>
  database
    .all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .map(({ name }) => name)

const scriptOf = (folder: string, name: string): string => join(folder, name, 'migration.sql')
