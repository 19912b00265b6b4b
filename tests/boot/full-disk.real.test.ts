import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemCode } from '../../src/errors.ts'
import { type Sqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { restoredFrom } from '../support/database-check.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { installCli, prismaEnv } from '../support/prisma-cli.ts'
import { waitUntil } from '../support/s3-server.ts'
import { canMount, remount, smallVolume } from '../support/small-volume.ts'

/** Takes all the room that is left, but for what the last write did not need. */
const fillUp = (volume: string): void => {
  for (const size of [1_048_576, 4096]) {
    try {
      for (let part = 0; ; part++) writeFileSync(join(volume, `filler-${size}-${part}`), Buffer.alloc(size))
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error
    }
  }
}

const makeRoom = (volume: string): void => {
  for (const size of [1_048_576, 4096])
    for (let part = 0; existsSync(join(volume, `filler-${size}-${part}`)); part++)
      rmSync(join(volume, `filler-${size}-${part}`))
}

const fails = async (machine: Machine, code: string): Promise<void> => {
  expect(await machine.exited, machine.output()).toBe(1)
  expect(machine.codes()).toEqual([code])
}

const works = async (machine: Machine, texts: string[]): Promise<void> => {
  await machine.ready()
  expect((await machine.rows()).map((text) => text.slice(0, 10))).toEqual(texts)
  expect(await machine.stop(), machine.output()).toBe(0)
  expect(machine.outcome('stop')).toBe('confirmed')
}

/** A host whose app ran once on this volume, and has rows of 4 MB. */
const usedHost = async (env: Record<string, string>): Promise<Host> => {
  const host = await newHost()
  const machine = host.start(env)
  await machine.ready()
  for (const letter of ['a', 'b', 'c', 'd']) await machine.add(letter.repeat(1_000_000))
  expect(await machine.stop(), machine.output()).toBe(0)
  return host
}

const texts = ['seed', ...['a', 'b', 'c', 'd'].map((letter) => letter.repeat(10))]

describe.runIf(canMount)('a full volume', () => {
  it.each(litestreams)('in a restore by Litestream $dialect', async ({ path }) => {
    const volume = smallVolume('3m')
    const host = await usedHost({ SEAWORTHY_LITESTREAM: path })
    const env = { SEAWORTHY_LITESTREAM: path, SEAWORTHY_VOLUME: volume }
    await fails(host.start(env), 'SW-VOLUME-FULL')
    expect(existsSync(join(volume, 'dev.db'))).toBe(false)
    remount(volume, 'size=64m')
    await works(host.start(env), texts)
  })

  it.each([
    ['the built-in engine', () => {}],
    ['Prisma’s CLI', (host: Host) => installCli(host.image)],
  ])('in a migration by %s', async (_, prepare) => {
    const volume = smallVolume('64m')
    const env = { SEAWORTHY_VOLUME: volume, ...prismaEnv }
    const host = await usedHost({ SEAWORTHY_VOLUME: volume })
    prepare(host)
    const folder = join(host.image, 'prisma/migrations/20260103000000_next')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'migration.sql'),
      `CREATE TABLE "Big" ("x" BLOB);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO "Big" SELECT zeroblob(1000000) FROM n;`,
    )
    const before = dumpOf(volume)
    const failed = host.start(env)
    await fails(failed, 'SW-VOLUME-FULL')
    expect(
      failed.log.some(({ outcome }) => outcome === 'rolled-back'),
      failed.output(),
    ).toBe(true)
    expect(dumpOf(volume)).toEqual(before)
    remount(volume, 'size=256m')
    await works(host.start(env), texts)
  })

  it('at a start', async () => {
    const volume = smallVolume('24m')
    const env = { SEAWORTHY_VOLUME: volume }
    const host = await usedHost(env)
    fillUp(volume)
    await fails(host.start(env), 'SW-VOLUME-FULL')
    makeRoom(volume)
    await works(host.start(env), texts)
  })

  it.each(litestreams)('while the app runs, beside Litestream $dialect', async ({ path }) => {
    const volume = smallVolume('24m')
    const host = await newHost()
    writeFileSync(join(host.image, 'writer.js'), writer)
    const env = { SEAWORTHY_LITESTREAM: path, SEAWORTHY_VOLUME: volume }
    const machine = host.start(env, ['node', 'writer.js'])
    await waitUntil(() => machine.output().includes('written 3'))
    // From here on the log grows, as long as Litestream has not read it.
    await machine.reached('replicate')
    fillUp(volume)
    // For a while, so that Litestream finds it full too.
    await waitUntil(() => machine.output().split('database or disk is full').length > 100, 60_000)
    makeRoom(volume)
    const full = machine.output().length
    await waitUntil(() => machine.output().slice(full).includes('written'), 60_000)
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(machine.outcome('stop'), machine.output()).toBe('confirmed')
    const last = /.*written (\d+)/s.exec(machine.output())?.[1]
    const rows = (database: Sqlite) => database.get('SELECT count(*) AS "count" FROM "Row"')
    expect(await restoredFrom({ ...host, volume }, path, rows)).toEqual({ count: Number(last) })
  })
})

const dumpOf = (volume: string) =>
  withSqlite(join(volume, 'dev.db'), { readOnly: true }, (database) =>
    ['sqlite_master', 'Row', '_prisma_migrations'].map((table) => database.all(`SELECT * FROM "${table}"`)),
  )

/** Writes a row each 20 ms, says which were written, and goes on when one was not. */
const writer = `
  import { open } from './database.js'
  const database = open()
  const add = database.prepare('INSERT INTO "Row" ("text") VALUES (hex(randomblob(2000)))')
  const count = database.prepare('SELECT count(*) AS "count" FROM "Row"')
  setInterval(() => {
    try {
      add.run()
      console.log('written', count.get().count)
    } catch (error) {
      console.log(error.message)
    }
  }, 20)
  process.on('SIGTERM', () => { database.close(); process.exit(0) })`

describe('a volume that cannot be written', () => {
  it.runIf(canMount)('is mounted read-only', async () => {
    const volume = smallVolume('24m')
    const env = { SEAWORTHY_VOLUME: volume }
    const host = await usedHost(env)
    remount(volume, 'ro')
    await fails(host.start(env), 'SW-VOLUME-READ-ONLY')
    remount(volume, 'rw')
    await works(host.start(env), texts)
  })
})
