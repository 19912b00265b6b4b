import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { restorePoints } from '../../src/boot/restore-point.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { type Host, newHost } from '../support/machine.ts'
import { installCli, prismaEnv } from '../support/prisma-cli.ts'

const migrations = (host: Host) => join(host.image, 'prisma/migrations')

const addMigration = (host: Host, name: string, sql: string): void => {
  mkdirSync(join(migrations(host), name), { recursive: true })
  writeFileSync(join(migrations(host), name, 'migration.sql'), sql)
}

const onVolume = <Result>(host: Host, sql: string): Result[] =>
  withSqlite(join(host.volume, 'dev.db'), {}, (database) => database.all<Result>(sql))

/** All that a migration could have changed. */
const state = (host: Host) => ({
  schema: onVolume(host, 'SELECT name, sql FROM sqlite_master ORDER BY name'),
  rows: onVolume(host, 'SELECT * FROM "Row"'),
  history: onVolume(host, 'SELECT * FROM "_prisma_migrations" ORDER BY migration_name'),
})

const usedHost = async (): Promise<Host> => {
  const host = await newHost()
  const machine = host.start()
  await machine.ready()
  await machine.add('one')
  expect(await machine.stop(), machine.output()).toBe(0)
  return host
}

const broken = `
  CREATE TABLE "New" ("x" TEXT);
  UPDATE "Row" SET "text" = 'changed';
  INSERT INTO "None" VALUES (1);
`
const brokenRedefinition = `
  PRAGMA foreign_keys=OFF;
  CREATE TABLE "new_Row" ("id" INTEGER PRIMARY KEY);
  DROP TABLE "Row";
  INSERT INTO "None" VALUES (1);
`

describe.each([
  ['the built-in engine', () => {}],
  ['Prisma’s CLI', ({ image }: Host) => installCli(image)],
])('a migration that fails in %s', (_, prepare) => {
  it.each([
    ['a later statement', broken],
    ['a redefined table', brokenRedefinition],
  ])('leaves the database as it was, and a corrected one works: %s', async (__, sql) => {
    const host = await usedHost()
    prepare(host)
    const before = state(host)
    addMigration(host, '20260103000000_next', sql)
    const failed = host.start(prismaEnv)
    expect(await failed.exited, failed.output()).toBe(1)
    expect(failed.codes()).toEqual(['SW-MIGRATE-FAILED'])
    expect(failed.output()).toMatch(/no such table: (main\.)?None/)
    expect(failed.log.some(({ outcome }) => outcome === 'rolled-back')).toBe(true)
    expect(state(host)).toEqual(before)

    addMigration(host, '20260103000000_next', 'CREATE TABLE "New" ("x" TEXT);')
    const machine = host.start(prismaEnv)
    await machine.ready()
    expect(machine.outcome('migrate')).toBe('migrated')
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(onVolume(host, 'SELECT count(*) AS count FROM "_prisma_migrations"')).toEqual([{ count: 3 }])
  })

  it('takes those back that were applied before it in the same start', async () => {
    const host = await usedHost()
    prepare(host)
    const before = state(host)
    addMigration(host, '20260103000000_first', 'ALTER TABLE "Row" ADD COLUMN "first" TEXT;')
    addMigration(host, '20260104000000_second', broken)
    addMigration(host, '20260105000000_third', 'CREATE TABLE "Third" ("x" TEXT);')
    const failed = host.start(prismaEnv)
    expect(await failed.exited, failed.output()).toBe(1)
    expect(failed.codes()).toEqual(['SW-MIGRATE-FAILED'])
    expect(failed.output()).toContain('20260104000000_second')
    expect(state(host)).toEqual(before)

    addMigration(host, '20260104000000_second', 'CREATE TABLE "New" ("x" TEXT);')
    const machine = host.start(prismaEnv)
    await machine.ready()
    expect(await machine.stop(), machine.output()).toBe(0)
    const names = onVolume<{ name: string }>(
      host,
      `SELECT name FROM sqlite_master WHERE name IN ('New', 'Third')`,
    )
    expect(names).toHaveLength(2)
    expect(restorePoints(host.volume).map(({ migration }) => migration)).toEqual([
      '20260103000000_first',
      '20260103000000_first',
    ])
  })
})

describe('a start that was killed in the middle of a migration', () => {
  it('is taken back by the next, and the migration applied once', async () => {
    const host = await usedHost()
    // Long enough to be killed in: it counts to a billion behind its first change.
    const slow =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n;'
    addMigration(
      host,
      '20260103000000_next',
      `PRAGMA foreign_keys=ON; CREATE TABLE "New" ("x" TEXT); ${slow}`,
    )
    const killed = host.start()
    await killed.reached('restore')
    await new Promise((resolve) => setTimeout(resolve, 500))
    await killed.kill()
    addMigration(host, '20260103000000_next', 'CREATE TABLE "New" ("x" TEXT);')
    const machine = host.start()
    await machine.ready()
    expect(machine.log.some(({ outcome }) => outcome === 'rolled-back')).toBe(true)
    expect(machine.outcome('migrate')).toBe('migrated')
    expect(await machine.rows()).toEqual(['seed', 'one'])
  })
})

describe('a history that Prisma refuses', () => {
  it.each([
    ['P3005', 'SW-MIGRATE-P3005', 'DROP TABLE "_prisma_migrations"'],
    ['P3009', 'SW-MIGRATE-P3009', 'UPDATE "_prisma_migrations" SET finished_at = NULL'],
  ])('%s', async (name, code, sql) => {
    const host = await usedHost()
    withSqlite(join(host.volume, 'dev.db'), {}, (database) => database.exec(sql))
    const machine = host.start()
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual([code])
    expect(machine.output()).toContain(name)
    expect(onVolume(host, 'SELECT text FROM "Row"')).toEqual([{ text: 'seed' }, { text: 'one' }])
  })
})

describe('a migrations folder', () => {
  it('with a folder that has no script (P3015): refused, unless it was applied', async () => {
    const host = await usedHost()
    mkdirSync(join(migrations(host), '20260103000000_empty'))
    const refused = host.start()
    expect(await refused.exited).toBe(1)
    expect(refused.codes()).toEqual(['SW-MIGRATE-P3015'])
    rmdirSync(join(migrations(host), '20260103000000_empty'))
    rmSync(join(migrations(host), '20260102000000_more/migration.sql'))
    await host.start().ready()
  })

  it('with edited and missing migrations: said, and no obstacle', async () => {
    const host = await usedHost()
    const edited = join(migrations(host), '20260101000000_init/migration.sql')
    writeFileSync(edited, `${readFileSync(edited, 'utf8')}-- edited`)
    rmSync(join(migrations(host), '20260102000000_more'), { recursive: true })
    const machine = host.start()
    await machine.ready()
    const said = machine.log.filter(({ step, level }) => step === 'migrate' && level === 'warn')
    expect(said.map(({ text }) => text)).toEqual([
      'changed after they were applied: 20260101000000_init',
      'applied, and no longer in the migrations folder: 20260102000000_more',
    ])
  })

  it('that is not there, and no database: how to make the first one, and nothing on the volume', async () => {
    const host = await newHost()
    rmSync(migrations(host), { recursive: true })
    const machine = host.start()
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-MIGRATIONS-NONE'])
    expect(machine.output()).toContain('npx prisma migrate dev --name init')
    expect(readdirSync(host.volume)).toEqual(['.seaworthy'])
  })
})
