import { closeSync, existsSync, fstatSync, openSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { fileKind, removeDatabase } from '../../src/sqlite/file.ts'
import { takeFileLock } from '../../src/sqlite/file-lock.ts'
import { project } from '../support/project.ts'

describe('fileKind', () => {
  it.each([
    ['absent', {}],
    ['empty', { 'x.db': '' }],
    ['garbage', { 'x.db': 'no database at all, but long enough' }],
    ['garbage', { 'x.db': 'SQLite' }],
    ['garbage', { 'x.db': 'SQLite format 2\0' }],
    ['database', { 'x.db': 'SQLite format 3\0 and so on' }],
  ])('%s: %j (F33, F42)', (kind, files) => {
    expect(fileKind(join(project(files), 'x.db'))).toBe(kind)
  })

  it('of a real one', () => {
    const file = join(project({}), 'x.db')
    withSqlite(file, {}, (database) => database.exec('CREATE TABLE "A" (x)'))
    expect(fileKind(file)).toBe('database')
  })
})

describe('removeDatabase', () => {
  it('takes its companions along', () => {
    const root = project({ 'x.db': '', 'x.db-wal': '', 'x.db-shm': '', 'x.db-journal': '', 'y.db': '' })
    removeDatabase(join(root, 'x.db'))
    const names = ['x.db', 'x.db-wal', 'x.db-shm', 'x.db-journal', 'y.db']
    expect(names.filter((name) => existsSync(join(root, name)))).toEqual(['y.db'])
  })

  it('gives their room back while somebody still has them open', () => {
    const root = project({ 'x.db': 'text', 'x.db-wal': 'text' })
    const open = ['x.db', 'x.db-wal'].map((name) => openSync(join(root, name), 'r'))
    removeDatabase(join(root, 'x.db'))
    expect(open.map((handle) => fstatSync(handle).size)).toEqual([0, 0])
    for (const handle of open) closeSync(handle)
  })

  it('removes a link, and not what it leads to', () => {
    const root = project({ 'y.db': 'text' })
    symlinkSync(join(root, 'y.db'), join(root, 'x.db'))
    removeDatabase(join(root, 'x.db'))
    expect(readFileSync(join(root, 'y.db'), 'utf8')).toBe('text')
    expect(existsSync(join(root, 'x.db'))).toBe(false)
  })
})

describe('takeFileLock', () => {
  it('is for one at a time', async () => {
    const file = join(project({}), 'lock.db')
    const first = await takeFileLock(file, 0)
    expect(await takeFileLock(file, 120)).toBeNull()
    const second = takeFileLock(file, 2_000)
    first?.release()
    expect(await second).not.toBeNull()
    ;(await second)?.release()
  })

  it('tells a broken lock from one that is held', async () => {
    const file = join(
      project({ 'lock.db': 'this is no database, and it is long enough to see that' }),
      'lock.db',
    )
    await expect(takeFileLock(file, 0)).rejects.toThrow('not a database')
  })
})
