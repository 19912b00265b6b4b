import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LogEntry } from '../../src/boot/log.ts'
import { findPlace, type Place } from '../../src/boot/place.ts'
import {
  endMigration,
  interruptedMigration,
  makeRestorePoint,
  putBack,
  restorePoints,
} from '../../src/boot/restore-point.ts'
import { readSettings } from '../../src/boot/settings.ts'
import { openSqlite, type Sqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'
import { canMount, smallVolume } from '../support/small-volume.ts'

const newPlace = (volume = join(project({ 'volume/.seaworthy/.keep': '' }), 'volume')): Place =>
  findPlace(readSettings({ file: 'dev.db', volume }, '/app', {}), {})

/** A database whose last row is in its log only; the connection keeps it there. */
const inLog = (file: string): Sqlite => {
  const database = openSqlite(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
  database.exec('CREATE TABLE "A" (x); PRAGMA wal_checkpoint(TRUNCATE)')
  database.exec('INSERT INTO "A" VALUES (\'in the log\')')
  return database
}

const rows = (file: string) => withSqlite(file, {}, (database) => database.all('SELECT x FROM "A"'))

const silent = () => {}

describe('a restore point', () => {
  it('puts the database back with what was in its log, and without what came later', async () => {
    const place = newPlace()
    const before = inLog(place.file)
    const point = await makeRestorePoint(place, '2026_more', silent)
    before.exec('INSERT INTO "A" VALUES (\'later\')')
    before.close()
    writeFileSync(`${place.file}-wal`, 'a stale log')
    await putBack(place, point)
    expect(rows(place.file)).toEqual([{ x: 'in the log' }])
    expect(interruptedMigration(place)).toBeNull()
  })

  it('is found again by the start after a crash, also when the volume is mounted elsewhere', async () => {
    const place = newPlace()
    inLog(place.file).close()
    await makeRestorePoint(place, '2026_more', silent)
    const volume = join(place.state, '..')
    renameSync(volume, `${volume}-moved`)
    const moved = newPlace(`${volume}-moved`)
    const point = interruptedMigration(moved)
    expect(point?.path).toMatch(/volume-moved.*-before-2026_more$/)
    if (point === null) return
    rmSync(moved.file)
    await putBack(moved, point)
    expect(rows(moved.file)).toEqual([{ x: 'in the log' }])
  })

  it.each(['', 'never-made'])('is not made up from a damaged note: %j', async (note) => {
    const place = newPlace()
    inLog(place.file).close()
    await makeRestorePoint(place, '1', silent)
    writeFileSync(join(place.state, 'migrating'), note)
    expect(interruptedMigration(place)).toBeNull()
  })

  it('is said with name, time and size', async () => {
    const place = newPlace()
    inLog(place.file).close()
    const said: LogEntry[] = []
    const { name, time, bytes } = await makeRestorePoint(place, '2026_more', (entry) => said.push(entry))
    expect(said).toMatchObject([{ step: 'migrate', outcome: 'restore-point', name, at: time, bytes }])
    expect(said[0]?.text).toBe(`${name}, 0.0 MiB; 1 on the volume, 0.0 MiB`)
    expect(bytes).toBe(statSync(place.file).size)
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000)
  })
})

/** Makes a restore point and ends its migration, as migrations do that work. */
const migrateAs = async (place: Place, name: string): Promise<void> => {
  await makeRestorePoint(place, name, silent)
  endMigration(place)
  await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('the restore points of a volume', () => {
  it('are in the order in which they were made, although the clock went back', async () => {
    const place = newPlace()
    inLog(place.file).close()
    onTestFinished(() => void vi.useRealTimers())
    for (const [migration, hour] of [
      ['1', 12],
      ['2', 13],
      ['3', 14],
      ['4', 11],
    ] as const) {
      vi.useFakeTimers({ now: new Date(2026, 0, 1, hour), toFake: ['Date'] })
      await makeRestorePoint(place, migration, silent)
      endMigration(place)
    }
    const volume = join(place.state, '..')
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['2', '3', '4'])
  })

  it('are the newest three, oldest first', async () => {
    const place = newPlace()
    const volume = join(place.state, '..')
    expect(restorePoints(volume)).toEqual([])
    inLog(place.file).close()
    for (const name of ['1', '2', '3', '4', '5']) await migrateAs(place, name)
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['3', '4', '5'])
    expect(readdirSync(join(place.state, 'restore-points'))).toHaveLength(3)
    expect(existsSync(join(place.state, 'migrating'))).toBe(false)
  })

  it.runIf(canMount)('take a quarter of the volume at the most, and the newest stays', async () => {
    const place = newPlace(smallVolume('64m'))
    const volume = join(place.state, '..')
    fill(place.file, 7)
    for (const name of ['1', '2', '3']) await migrateAs(place, name)
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['2', '3'])
    fill(place.file, 12)
    await migrateAs(place, '4')
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['4'])
  })

  it.runIf(canMount)('go where the next one has no room, and only then', async () => {
    const place = newPlace(smallVolume('64m'))
    const volume = join(place.state, '..')
    fill(place.file, 7)
    for (const name of ['1', '2']) await migrateAs(place, name)
    writeFileSync(join(volume, 'filler'), Buffer.alloc(33_000_000))
    const said: LogEntry[] = []
    await makeRestorePoint(place, '3', (entry) => said.push(entry))
    expect(said[0]).toMatchObject({ level: 'warn', text: expect.stringMatching(/before-1 was removed$/) })
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['2', '3'])
    fill(place.file, 10)
    writeFileSync(join(volume, 'more'), Buffer.alloc(8_000_000))
    await expect(makeRestorePoint(place, '4', silent)).rejects.toMatchObject({ code: 'SW-VOLUME-FULL' })
    expect(restorePoints(volume).map(({ migration }) => migration)).toEqual(['2', '3'])
  })
})

const fill = (file: string, megabytes: number): void =>
  withSqlite(file, {}, (database) => {
    database.exec('DROP TABLE IF EXISTS "Big"; CREATE TABLE "Big" (x); VACUUM')
    for (let count = 0; count < megabytes; count++)
      database.exec('INSERT INTO "Big" VALUES (zeroblob(1000000))')
  })
