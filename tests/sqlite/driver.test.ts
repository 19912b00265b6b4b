import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'

const newFile = () => join(project({}), 'x.db')

describe('openSqlite', () => {
  it('creates, writes and reads', () => {
    const file = newFile()
    withSqlite(file, {}, (database) => {
      database.exec('CREATE TABLE "A" (x, y)')
      database.run('INSERT INTO "A" VALUES (?, ?)', 'täxt', null)
      database.run('INSERT INTO "A" VALUES (?, ?)', 2.5, Date.UTC(2026, 0))
    })
    withSqlite(file, { readOnly: true }, (database) => {
      expect(database.all('SELECT * FROM "A"')).toEqual([
        { x: 'täxt', y: null },
        { x: 2.5, y: Date.UTC(2026, 0) },
      ])
      expect(database.get('SELECT y FROM "A" WHERE x = ?', 'none')).toBeUndefined()
      expect(() => database.exec('DELETE FROM "A"')).toThrow('readonly')
    })
  })

  it('creates nothing when it only reads', () => {
    const file = newFile()
    expect(() => openSqlite(file, { readOnly: true })).toThrow()
    expect(existsSync(file)).toBe(false)
  })

  it('says whether a transaction is open', () => {
    withSqlite(newFile(), {}, (database) => {
      const states = ['BEGIN', 'CREATE TABLE "A" (x)', 'COMMIT'].map((sql) => {
        database.exec(sql)
        return database.isInTransaction
      })
      expect(states).toEqual([true, true, false])
    })
  })

  it('waits for another connection’s lock as long as it is told', () => {
    const file = newFile()
    withSqlite(file, {}, (holder) => {
      holder.exec('BEGIN EXCLUSIVE')
      const began = Date.now()
      withSqlite(file, { busyTimeoutMs: 200 }, (other) => {
        expect(() => other.exec('BEGIN IMMEDIATE')).toThrow('locked')
      })
      expect(Date.now() - began).toBeGreaterThanOrEqual(150)
    })
  })
})
