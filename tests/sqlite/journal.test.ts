import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { rollBackJournal } from '../../src/sqlite/journal.ts'
import { project } from '../support/project.ts'

/** Files as a crash leaves them: half a transaction in the database, and what it was before in the journal. */
const cutOff = (): string => {
  const root = project({})
  const [file, copy] = [join(root, 'live.db'), join(root, 'crashed.db')]
  const database = openSqlite(file)
  database.exec(`CREATE TABLE "A" ("x"); INSERT INTO "A" VALUES ('before'); PRAGMA cache_size = 1; BEGIN;`)
  database.exec(`UPDATE "A" SET "x" = 'after'; CREATE TABLE "B" ("y");`)
  for (let row = 0; row < 200; row++) database.exec('INSERT INTO "B" VALUES (randomblob(2000))')
  for (const suffix of ['', '-journal']) copyFileSync(file + suffix, copy + suffix)
  database.close()
  return copy
}

const readRows = (file: string) =>
  withSqlite(file, { readOnly: true }, (database) => database.all('SELECT * FROM "A"'))

describe('rollBackJournal', () => {
  it('takes back what was cut off, which a read-only connection cannot', () => {
    const file = cutOff()
    expect(() => readRows(file)).toThrow('attempt to write a readonly database')
    rollBackJournal(file)
    expect(readRows(file)).toEqual([{ x: 'before' }])
    expect(existsSync(`${file}-journal`)).toBe(false)
  })

  it('makes no database where there is none', () => {
    const file = join(project({ 'a.db-journal': 'left over' }), 'a.db')
    rollBackJournal(file)
    expect(existsSync(file)).toBe(false)
  })
})
