import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite, type Sqlite } from '../../src/sqlite/driver.ts'
import { hasCommitsBehind, isLogAfter, type WalPoint, walSalts } from '../../src/sqlite/wal.ts'
import { project } from '../support/project.ts'

/** A database in WAL mode whose log nobody checkpoints, with one commit in it. */
const logged = (pageSize = 4_096): { file: string; database: Sqlite } => {
  const file = join(project({}), 'x.db')
  const database = openSqlite(file)
  onTestFinished(() => database.close())
  database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0`)
  database.exec('CREATE TABLE "A" (x)')
  return { file, database }
}

const end = (file: string): WalPoint => {
  const log = readFileSync(`${file}-wal`)
  return { salts: Buffer.from(walSalts(log)), offset: log.length }
}

const insert = 'INSERT INTO "A" VALUES (1)'

describe.each([512, 4_096, 65_536])('the log of a real database with pages of %i bytes', (pageSize) => {
  it('has commits behind its beginning, and none behind its end', () => {
    const { file } = logged(pageSize)
    expect(hasCommitsBehind(file, { ...end(file), offset: 0 })).toBe(true)
    expect(hasCommitsBehind(file, end(file))).toBe(false)
  })

  it('has the next commit behind what was its end', () => {
    const { file, database } = logged(pageSize)
    const before = end(file)
    database.exec(insert)
    expect(hasCommitsBehind(file, before)).toBe(true)
    expect(hasCommitsBehind(file, end(file))).toBe(false)
  })

  it('does not count what was rolled back', () => {
    const { file, database } = logged(pageSize)
    const before = end(file)
    database.exec(`BEGIN; ${insert}; ROLLBACK`)
    expect(hasCommitsBehind(file, before)).toBe(false)
  })

  it('does not count what is left over from before the log began anew', () => {
    const { file, database } = logged(pageSize)
    for (let row = 0; row < 5; row++) database.exec(insert)
    const before = end(file)
    database.exec('PRAGMA wal_checkpoint(RESTART)')
    database.exec(insert)
    const log = readFileSync(`${file}-wal`)
    const frame = 24 + pageSize
    expect(hasCommitsBehind(file, before)).toBe(true)
    expect(hasCommitsBehind(file, { salts: walSalts(log), offset: 32 + frame })).toBe(false)
    expect(statSync(`${file}-wal`).size).toBe(before.offset)
  })
})

describe('a database without a log', () => {
  it('has nothing behind any point', () => {
    const { file, database } = logged()
    const before = end(file)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(hasCommitsBehind(file, before)).toBe(false)
    expect(hasCommitsBehind('/nowhere/x.db', before)).toBe(false)
  })
})

describe('isLogAfter', () => {
  it('knows the log that follows a restart of a real one, and not the one after it', () => {
    const { file, database } = logged()
    const salts = [0, 1, 2].map(() => {
      database.exec('PRAGMA wal_checkpoint(RESTART)')
      database.exec(insert)
      return end(file).salts
    }) as [Buffer, Buffer, Buffer]
    expect(isLogAfter(1, salts[0], salts[1])).toBe(true)
    expect(isLogAfter(1, salts[1], salts[2])).toBe(true)
    expect(isLogAfter(1, salts[0], salts[2])).toBe(false)
    expect(isLogAfter(2, salts[0], salts[2])).toBe(true)
    expect(isLogAfter(1, salts[0], salts[0])).toBe(false)
  })

  it('counts round', () => {
    const [last, first] = ['ffffffff00000000', '0000000000000000'].map((hex) => Buffer.from(hex, 'hex'))
    expect(isLogAfter(1, last as Buffer, first as Buffer)).toBe(true)
  })
})
