import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPlace, type Place } from '../../src/boot/place.ts'
import {
  endMigration,
  interruptedMigration,
  makeRestorePoint,
  putBack,
} from '../../src/boot/restore-point.ts'
import { readSettings } from '../../src/boot/settings.ts'
import { openSqlite, type Sqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'

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

describe('a restore point', () => {
  it('puts the database back with what was in its log, and without what came later', () => {
    const place = newPlace()
    const before = inLog(place.file)
    const point = makeRestorePoint(place, '2026_more')
    before.exec('INSERT INTO "A" VALUES (\'later\')')
    before.close()
    writeFileSync(`${place.file}-wal`, 'a stale log')
    putBack(place, point)
    expect(rows(place.file)).toEqual([{ x: 'in the log' }])
    expect(interruptedMigration(place)).toBeNull()
  })

  it('is found again by the start after a crash, also when the volume is mounted elsewhere', () => {
    const place = newPlace()
    inLog(place.file).close()
    makeRestorePoint(place, '2026_more')
    const volume = join(place.state, '..')
    renameSync(volume, `${volume}-moved`)
    const moved = newPlace(`${volume}-moved`)
    const point = interruptedMigration(moved)
    expect(point?.path).toMatch(/volume-moved.*-before-2026_more$/)
    if (point === null) return
    rmSync(moved.file)
    putBack(moved, point)
    expect(rows(moved.file)).toEqual([{ x: 'in the log' }])
  })

  it.each(['', 'never-made'])('is not made up from a damaged note: %j', (note) => {
    const place = newPlace()
    inLog(place.file).close()
    makeRestorePoint(place, '1')
    writeFileSync(join(place.state, 'migrating'), note)
    expect(interruptedMigration(place)).toBeNull()
  })

  it('stays for three migrations', async () => {
    const place = newPlace()
    inLog(place.file).close()
    for (const name of ['1', '2', '3', '4', '5']) {
      makeRestorePoint(place, name)
      endMigration(place)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const kept = readdirSync(join(place.state, 'restore-points')).map((name) => name.split('-').at(-1))
    expect(kept).toEqual(['3', '4', '5'])
    expect(existsSync(join(place.state, 'migrating'))).toBe(false)
  })
})
