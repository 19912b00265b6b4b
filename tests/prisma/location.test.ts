import { expect, it } from 'vitest'
import {
  adapterFile,
  databaseFile,
  defaultMigrations,
  defaultSchemas,
  fromRoot,
  urlFolder,
} from '../../src/prisma/location.ts'

const root = '/srv/app'
const file = { path: 'prisma/schema.prisma', isFolder: false, datasourceFile: 'prisma/schema.prisma' }
const folder = { path: 'prisma/schema', isFolder: true, datasourceFile: 'prisma/schema/db/main.prisma' }
const versions = {
  '5.18': { major: 5, minor: 18 },
  '6.5': { major: 6, minor: 5 },
  '6.6': { major: 6, minor: 6 },
  '6.19': { major: 6, minor: 19 },
  '7.9': { major: 7, minor: 9 },
}

it.each([
  ['F1', '5.18', file, 'file:dev.db', 'prisma/dev.db'],
  ['', '6.19', file, 'file:./dev.db', 'prisma/dev.db'],
  ['', '6.19', file, 'file:../data/dev.db', 'data/dev.db'],
  ['', '6.19', folder, 'file:../dev.db', 'prisma/schema/dev.db'],
  ['F2', '6.19', file, 'file:./dev.db?connection_limit=1', 'prisma/dev.db'],
  ['F3', '6.19', file, 'file:/data/x.db', '/data/x.db'],
  ['', '6.19', file, 'file:///data/x.db', '/data/x.db'],
  ['', '6.19', file, 'file:/srv/app/data/x.db', 'data/x.db'],
  ['', '6.19', file, 'file:/srv/apple/x.db', '/srv/apple/x.db'],
  ['', '7.9', file, 'file:./dev.db', 'dev.db'],
  ['', '7.9', folder, 'file:prisma/dev.db', 'prisma/dev.db'],
] as const)('%s: Prisma %s with %o opens %s as %s', (_, version, place, url, opened) => {
  expect(databaseFile(url, urlFolder(versions[version], place), root)).toBe(opened)
})

it.each([
  ['@prisma/adapter-libsql', 'file:./dev.db?x=1', 'dev.db'],
  ['@prisma/adapter-better-sqlite3', 'file:./dev.db?x=1', 'dev.db?x=1'],
  ['@prisma/adapter-better-sqlite3', 'file:/data/x.db', '/data/x.db'],
])('%s opens %s as %s', (adapter, url, opened) => {
  expect(adapterFile(url, adapter, root)).toBe(opened)
})

it.each([
  ['5.18', file, 'prisma/migrations'],
  ['6.5', folder, 'prisma/migrations'],
  ['6.6', folder, 'prisma/schema/db/migrations'],
  ['7.9', folder, 'prisma/schema/migrations'],
  ['7.9', file, 'prisma/migrations'],
] as const)('Prisma %s keeps the migrations of %o in %s', (version, place, dir) => {
  expect(defaultMigrations(versions[version], place)).toBe(dir)
})

it.each([
  ['6.5', true],
  ['6.6', false],
] as const)('Prisma %s looks for a schema folder by itself: %s', (version, looks) => {
  expect(defaultSchemas(versions[version]).includes('prisma/schema')).toBe(looks)
})

it('keeps a path outside the root as it is', () => {
  expect(fromRoot('/srv/app/../other/x', '.', root)).toBe('/srv/other/x')
})
