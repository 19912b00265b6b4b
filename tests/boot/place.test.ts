import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clearNew, findPlace, leadTo, publish, setAsideImageCopy } from '../../src/boot/place.ts'
import { readSettings } from '../../src/boot/settings.ts'
import { openSqlite, withSqlite } from '../../src/sqlite/driver.ts'
import { fileKind } from '../../src/sqlite/file.ts'
import { project } from '../support/project.ts'

const place = (file: string, url?: string, root = '/app', volume = '/data') => {
  const env = url === undefined ? {} : { DATABASE_URL: url }
  const variable = url === undefined ? {} : { env: 'DATABASE_URL' }
  return findPlace(readSettings({ file, volume, ...variable }, root, env), env)
}

describe('findPlace', () => {
  it.each<[string, string | undefined, object]>([
    ['prisma/dev.db', undefined, { file: '/data/dev.db', link: '/app/prisma/dev.db', url: null }],
    ['/srv/dev.db', undefined, { file: '/data/dev.db', link: '/srv/dev.db' }],
    ['/data/dev.db', undefined, { file: '/data/dev.db', link: null }],
    ['/data/db/dev.db', undefined, { file: '/data/db/dev.db', link: null }],
    ['/database/dev.db', undefined, { file: '/data/dev.db', link: '/database/dev.db' }],
    ['prisma/dev.db', 'file:./dev.db', { file: '/data/dev.db', link: '/app/prisma/dev.db' }],
    ['prisma/dev.db', 'file:prod.db', { file: '/data/prod.db', link: '/app/prisma/dev.db' }],
    ['prisma/dev.db', 'file:/data/x.db', { file: '/data/x.db', link: null }],
    ['prisma/dev.db', 'file:///data/x.db', { file: '/data/x.db', link: null }],
    ['prisma/dev.db', 'file:/srv/x.db', { file: '/data/x.db', link: '/srv/x.db' }],
    [
      'prisma/dev.db',
      'file:./dev.db?connection_limit=1',
      { file: '/data/dev.db', url: { query: '?connection_limit=1' } },
    ],
    [
      'prisma/dev.db',
      'file:/data/a b.db?x=1',
      { file: '/data/a b.db', url: { env: 'DATABASE_URL', query: '?x=1' } },
    ],
    ['/data/../etc/dev.db', undefined, { file: '/data/dev.db', link: '/etc/dev.db' }],
  ])('%s with %s (F1, F2, F3)', (file, url, expected) => {
    expect(place(file, url)).toMatchObject(expected)
  })

  it.each(['postgresql://user:pw@host/db', 'libsql://host', 'dev.db', 'file:', 'file:?x=1'])(
    'refuses a url that names no file, without showing it: %s',
    (url) => {
      expect(() => place('prisma/dev.db', url)).toThrow('The database url in DATABASE_URL names no file.')
    },
  )
})

const onDisk = (files: Record<string, string> = {}) => {
  const root = project({ 'app/.keep': '', 'volume/.keep': '', ...files })
  return { root, found: place('prisma/dev.db', undefined, join(root, 'app'), join(root, 'volume')) }
}

describe('leadTo', () => {
  it('makes the link, and finds it there the next time (F8)', () => {
    const { found } = onDisk()
    for (let start = 0; start < 2; start++) {
      leadTo(found, found.file)
      expect(readlinkSync(found.link ?? '')).toBe(found.file)
    }
  })

  it('replaces a link that leads elsewhere, and leaves nothing beside it', () => {
    const { root, found } = onDisk({ 'app/prisma/schema.prisma': '' })
    symlinkSync('/elsewhere', join(root, 'app/prisma/dev.db'))
    leadTo(found, found.file)
    expect(readdirSync(join(root, 'app/prisma'))).toEqual(['dev.db', 'schema.prisma'])
    expect(readlinkSync(join(root, 'app/prisma/dev.db'))).toBe(found.file)
  })

  it('hands the url over with its query', () => {
    const { root } = onDisk()
    const url = `file:${root}/volume/x.db?socket_timeout=10`
    const found = place('prisma/dev.db', url, join(root, 'app'), join(root, 'volume'))
    expect(leadTo(found, found.file)).toEqual({ DATABASE_URL: url })
    expect(existsSync(found.file)).toBe(false)
  })
})

describe('setAsideImageCopy', () => {
  it('keeps a database of the image under another name (F9)', () => {
    const { found } = onDisk({ 'app/prisma/dev.db': 'from the laptop' })
    expect(readFileSync(setAsideImageCopy(found) ?? '', 'utf8')).toBe('from the laptop')
    expect(existsSync(found.link ?? '')).toBe(false)
  })

  it('leaves a link alone', () => {
    const { found } = onDisk()
    leadTo(found, found.file)
    expect(setAsideImageCopy(found)).toBeNull()
  })
})

describe('publish', () => {
  it('takes along what its maker left in the log', () => {
    const { found } = onDisk()
    clearNew(found)
    const maker = openSqlite(found.newFile)
    maker.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE "A" (x)')
    maker.exec('INSERT INTO "A" VALUES (1)')
    publish(found)
    maker.close()
    expect(withSqlite(found.file, {}, (database) => database.all('SELECT x FROM "A"'))).toEqual([{ x: 1 }])
  })

  it('makes the folder on the volume that the url names', () => {
    const { root } = onDisk()
    const found = place('x.db', `file:${root}/volume/deep/x.db`, join(root, 'app'), join(root, 'volume'))
    clearNew(found)
    withSqlite(found.newFile, {}, (database) => database.exec('CREATE TABLE "A" (x)'))
    publish(found)
    expect(fileKind(found.file)).toBe('database')
  })
})
