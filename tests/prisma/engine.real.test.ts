import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { applyMigrations } from '../../src/prisma/engine.ts'
import { migrationStatus, readMigrations } from '../../src/prisma/migrations.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { installPrisma, linkPrisma, migrateDeploy, prismaFiles } from '../support/prisma-cli.ts'
import { project } from '../support/project.ts'
import { awkward, bare, exampleScripts, type Scripts } from './scripts.ts'

beforeAll(() => void installPrisma())

const app = (scripts: Scripts) => {
  const root = project({
    ...prismaFiles,
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, sql]) => [`prisma/migrations/${name}/migration.sql`, sql]),
    ),
  })
  linkPrisma(root)
  const file = join(root, 'prisma/dev.db')
  const migrations = readMigrations(join(root, 'prisma/migrations'))
  return { root, file, migrations }
}

/** All that is in a database; ids and times of the history only by their types. */
const contentsOf = (file: string) =>
  withSqlite(file, { readOnly: true }, (database) => {
    const schema = database.all<{ name: string; type: string }>(
      'SELECT type, name, sql FROM sqlite_master ORDER BY name',
    )
    const tables = schema.filter(({ type, name }) => type === 'table' && name !== '_prisma_migrations')
    return {
      schema,
      rows: tables.map(({ name }) => [name, database.all(`SELECT * FROM "${name}"`)]),
      orphans: database.all('PRAGMA foreign_key_check'),
      settings: [database.get('PRAGMA user_version'), database.get('PRAGMA application_id')],
      history: database.all(`
        SELECT checksum, migration_name, logs, rolled_back_at, applied_steps_count, typeof(id), length(id),
          typeof(started_at), typeof(finished_at), length(started_at), length(finished_at)
        FROM _prisma_migrations ORDER BY migration_name`),
    }
  })

const pendingIn = ({ file, migrations }: ReturnType<typeof app>) =>
  withSqlite(file, { readOnly: true }, (database) => migrationStatus(database, migrations))

const both = {
  'logbook-prisma6': exampleScripts('logbook-prisma6'),
  'notes-prisma7': exampleScripts('notes-prisma7'),
  ...awkward,
}

describe('the built-in engine', () => {
  it.each(Object.entries(both))('leaves the same database as Prisma’s CLI: %s', async (_, scripts) => {
    const [theirs, ours] = [app(scripts), app(scripts)]
    const [{ code, stdout, stderr }] = await Promise.all([
      migrateDeploy(theirs.root),
      applyMigrations(ours.file, ours.migrations),
    ])
    expect(code, stdout + stderr).toBe(0)
    expect(contentsOf(ours.file)).toEqual(contentsOf(theirs.file))
    expect(pendingIn(theirs)).toEqual({
      pending: [],
      edited: [],
      missing: [],
      failed: [],
      isUnmanaged: false,
    })
    expect((await migrateDeploy(ours.root)).stdout).toContain('No pending migrations to apply')
  })

  it.each(Object.entries(bare))('runs what no transaction allows: %s', async (_, scripts) => {
    const ours = app(scripts)
    applyMigrations(ours.file, ours.migrations)
    expect(pendingIn(ours).pending).toEqual([])
    expect((await migrateDeploy(ours.root)).stdout).toContain('No pending migrations to apply')
  })
})
