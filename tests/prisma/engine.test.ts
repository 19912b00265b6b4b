import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyMigrations } from '../../src/prisma/engine.ts'
import { type Migration, migrationStatus, readMigrations } from '../../src/prisma/migrations.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'
import { bare, type Scripts } from './scripts.ts'

const migrationsOf = (scripts: Scripts): Migration[] =>
  Object.entries(scripts).map(([name, script]) => ({ name, script, checksum: `of ${name}` }))

const tables = (file: string) =>
  withSqlite(file, {}, (database) =>
    database.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"),
  ).map(({ name }) => name)

const newFile = () => join(project({}), 'test.db')

describe('applyMigrations', () => {
  it('leaves nothing of a migration that fails in its second statement', () => {
    const file = newFile()
    const scripts = { '1': 'CREATE TABLE "A" ("x")', '2': 'CREATE TABLE "B" ("x"); CREATE TABLE "A" ("x");' }
    expect(() => applyMigrations(file, migrationsOf(scripts))).toThrow('table "A" already exists')
    expect(tables(file)).toEqual(['A', '_prisma_migrations'])
    const status = withSqlite(file, {}, (database) => migrationStatus(database, migrationsOf(scripts)))
    expect(status.pending.map(({ name }) => name)).toEqual(['2'])
    expect(status.failed).toEqual([])
  })

  it('lets texts in double quotes pass, as Prisma’s native engine does', () => {
    const script = 'CREATE TABLE "A" ("x"); INSERT INTO "A" VALUES ("text");'
    expect(() => applyMigrations(newFile(), migrationsOf({ '1': script }))).not.toThrow()
  })

  it.each(Object.entries(bare))('runs %s', (_, scripts) => {
    const file = newFile()
    applyMigrations(file, migrationsOf(scripts))
    const status = withSqlite(file, {}, (database) => migrationStatus(database, migrationsOf(scripts)))
    expect(status.pending).toEqual([])
  })
})

describe('readMigrations', () => {
  it('takes folders with a script, in the order of their names', () => {
    const root = project({
      '20260102_b/migration.sql': 'b',
      '20260101_a/migration.sql': 'a',
      'migration_lock.toml': '',
      'README/notes.md': '',
    })
    expect(readMigrations(root).map(({ name, script }) => [name, script])).toEqual([
      ['20260101_a', 'a'],
      ['20260102_b', 'b'],
    ])
  })

  it('has none where there is no folder', () => {
    expect(readMigrations('/nowhere/at/all')).toEqual([])
  })
})

describe('migrationStatus', () => {
  const history = `CREATE TABLE "_prisma_migrations" (migration_name, checksum, finished_at, rolled_back_at, started_at);`
  const row = (name: string, checksum: string, finished: string, rolledBack: string) =>
    `INSERT INTO "_prisma_migrations" VALUES ('${name}', '${checksum}', ${finished}, ${rolledBack}, 1);`

  it.each<[string, string, object]>([
    ['an empty database', '', { pending: ['1'], isUnmanaged: false }],
    ['tables without a history (P3005)', 'CREATE TABLE "A" (x);', { pending: ['1'], isUnmanaged: true }],
    ['Litestream’s own tables (F46)', 'CREATE TABLE "_litestream_seq" (x);', { isUnmanaged: false }],
    ['applied', history + row('1', 'of 1', '1', 'NULL'), { pending: [], edited: [], missing: [] }],
    ['applied and edited', history + row('1', 'other', '1', 'NULL'), { pending: [], edited: ['1'] }],
    ['applied and missing', history + row('0', 'of 0', '1', 'NULL'), { pending: ['1'], missing: ['0'] }],
    ['rolled back', history + row('1', 'of 1', 'NULL', '1'), { pending: ['1'], failed: [] }],
    ['failed (P3009)', history + row('1', 'of 1', 'NULL', 'NULL'), { pending: ['1'], failed: ['1'] }],
    [
      'rolled back, then applied',
      history + row('1', 'of 1', 'NULL', '1') + row('1', 'of 1', '2', 'NULL'),
      { pending: [], failed: [] },
    ],
  ])('%s', (_, sql, expected) => {
    const status = withSqlite(newFile(), {}, (database) => {
      database.exec(sql)
      return migrationStatus(database, migrationsOf({ '1': '' }))
    })
    expect({ ...status, pending: status.pending.map(({ name }) => name) }).toMatchObject(expected)
  })
})
