import { expect, it } from 'vitest'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { project } from '../support/project.ts'
import { codeOf, scanned, scannedPrisma, schema } from './scanned.ts'

const six = 'prisma/schema.prisma'
const model = 'model A {\n  id Int @id\n}\n'
const folder = {
  'prisma/schema/db.prisma': schema('"file:../dev.db"'),
  'prisma/schema/models/a.prisma': model,
}
const folderFiles = ['prisma/schema/db.prisma', 'prisma/schema/models/a.prisma']
const withPrisma = (more: object) => ({ 'package.json': { dependencies: { prisma: '6.19.0' }, ...more } })

it.each([
  ['F7: a folder', '6.5.0', folder, folderFiles],
  ['F7: a folder that no default names', '6.19.0', folder, folderFiles],
  [
    'a folder by configuration',
    '6.19.0',
    { ...folder, 'prisma.config.ts': "export default { schema: 'prisma/schema' }" },
    folderFiles,
  ],
  ['Prisma 4', '4.16.2', { [six]: schema('"file:a.db"'), 'prisma.config.ts': 'export default 1' }, [six]],
  [
    'package.json',
    '6.19.0',
    {
      ...withPrisma({ prisma: { schema: './db/s.prisma' } }),
      'db/s.prisma': schema('"file:a.db"'),
      [six]: schema('"file:a.db"'),
    },
    ['db/s.prisma'],
  ],
  [
    'the configuration before package.json',
    '6.19.0',
    {
      ...withPrisma({ prisma: { schema: 'no.prisma' } }),
      [six]: schema('"file:a.db"'),
      'prisma.config.ts': `export default { schema: './${six}' }`,
    },
    [six],
  ],
  [
    '.config/prisma.ts',
    '6.19.0',
    { 'a.prisma': schema('"file:a.db"'), '.config/prisma.ts': "export default { schema: '../a.prisma' }" },
    ['a.prisma'],
  ],
  [
    'Prisma 5 reads no configuration',
    '5.22.0',
    { [six]: schema('"file:a.db"'), 'prisma.config.ts': "export default { schema: 'no.prisma' }" },
    [six],
  ],
  [
    'a script',
    '6.19.0',
    {
      ...withPrisma({ scripts: { build: 'prisma generate --schema=db/b.prisma' } }),
      'db/a.prisma': schema('"file:a.db"'),
      'db/b.prisma': schema('"file:b.db"'),
    },
    ['db/b.prisma'],
  ],
  [
    'the only one there is',
    '6.19.0',
    {
      'db/a.prisma': schema('"file:a.db"'),
      'gen/schema.prisma': schema('"file:a.db"'),
      'gen/index.d.ts': '',
    },
    ['db/a.prisma'],
  ],
])('schema: %s', (_, version, files, found) => {
  expect(
    scannedPrisma(version, { 'package.json': { dependencies: { prisma: version } }, ...files }).schema,
  ).toEqual(found)
})

it.each([
  ['SW-SCHEMA-MISSING', {}],
  ['SW-SCHEMA-MISSING', withPrisma({ prisma: { schema: 'no.prisma' } })],
  ['SW-SCHEMA-MISSING', { ...withPrisma({ prisma: { schema: 'empty' } }), 'empty/x.txt': '' }],
  ['SW-SCHEMA-INVALID', { [six]: 'datasource db {' }],
  ['SW-SCHEMA-NO-DATASOURCE', { [six]: model }],
  ['SW-SCHEMA-AMBIGUOUS', { 'a/a.prisma': schema('"file:a.db"'), 'b/b.prisma': schema('"file:b.db"') }],
  ['SW-SCHEMA-AMBIGUOUS', { ...folder, 'prisma/schema/two.prisma': schema('"file:b.db"') }],
])('%s: %o', (code, files) => {
  expect(codeOf(() => scannedPrisma('6.19.0', files))).toBe(code)
})

it('no Prisma is no error', () => {
  expect(scanned({ [six]: schema('"file:a.db"') }).prisma).toBeNull()
})

it.each([
  ['SW-APP-NO-PACKAGE-JSON', { 'README.md': '' }],
  ['SW-APP-PACKAGE-JSON-INVALID', { 'package.json': '{ "name": ' }],
  ['SW-APP-PACKAGE-JSON-INVALID', { 'package.json': '[]' }],
])('%s: %o', (code, files) => {
  expect(codeOf(() => scan(sourceTree(project(files))))).toBe(code)
})

const lock = { packages: { 'node_modules/prisma': { version: '6.2.0' } } }
const pnpmLock =
  "lockfileVersion: '9.0'\nimporters:\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^6.0.0\n        version: 6.3.0(typescript@5.0.0)\n"

it.each([
  [
    'installed',
    { 'node_modules/prisma/package.json': { version: '6.1.0' }, 'package-lock.json': lock },
    '6.1.0',
    'node_modules/prisma/package.json',
  ],
  ['package-lock.json', { 'package-lock.json': lock }, '6.2.0', 'package-lock.json'],
  ['pnpm', { 'pnpm-lock.yaml': pnpmLock }, '6.3.0', 'pnpm-lock.yaml'],
  [
    'yarn',
    { 'yarn.lock': '__metadata:\n  version: 8\n"prisma@npm:^6.0.0":\n  version: 6.4.0\n' },
    '6.4.0',
    'yarn.lock',
  ],
  [
    'yarn 1',
    { 'yarn.lock': '# yarn lockfile v1\n\nprisma@^6.0.0:\n  version "6.4.0"\n' },
    '^6.0.0',
    'package.json#devDependencies.prisma',
  ],
  ['bun', { 'bun.lock': '{ "packages": { "prisma": ["prisma@6.5.0", "", {},], }, }' }, '6.5.0', 'bun.lock'],
  ['the range', {}, '^6.0.0', 'package.json#devDependencies.prisma'],
])('version: %s', (_, files, version, from) => {
  const { prisma, sources } = scanned({
    'package.json': { devDependencies: { prisma: '^6.0.0' } },
    [six]: schema('"file:a.db"'),
    ...files,
  })
  expect([prisma?.version, sources['prisma.version']]).toEqual([version, from])
})

it('only the client is a dependency', () => {
  const { prisma } = scanned({
    'package.json': { dependencies: { '@prisma/client': '5.22.0' } },
    [six]: schema('"file:a.db"'),
  })
  expect(prisma?.version).toBe('5.22.0')
})

it.each([
  ['latest', { 'prisma.config.ts': "export default { datasource: { url: 'file:a.db' } }" }, 'a.db'],
  ['latest', {}, 'prisma/b.db'],
])('the version %s with %o', (version, files, file) => {
  expect(scannedPrisma(version, { [six]: schema('"file:b.db"'), ...files }).databases[0]?.file).toBe(file)
})

it.each([
  ['Prisma 6', '6.19.0', {}, { command: 'node a.js', from: 'package.json#prisma.seed' }],
  [
    'F6: the configuration',
    '7.0.0',
    { 'prisma.config.ts': "export default { migrations: { seed: 'tsx b.ts' } }" },
    { command: 'tsx b.ts', from: 'prisma.config.ts:1' },
  ],
  ['a configuration puts package.json aside', '6.19.0', { 'prisma.config.ts': 'export default {}' }, null],
  ['Prisma 7 ignores package.json', '7.0.0', {}, null],
])('seed: %s', (_, version, files, seed) => {
  const json = { dependencies: { prisma: version }, prisma: { seed: 'node a.js' } }
  expect(
    scannedPrisma(version, { 'package.json': json, [six]: schema('"file:a.db"'), ...files }).seed,
  ).toEqual(seed)
})

it('counts the migrations, and only those', () => {
  const files = {
    [six]: schema('"file:a.db"'),
    'db/m/1_init/migration.sql': '',
    'db/m/2_more/migration.sql': '',
    'db/m/3_empty/README': '',
    'db/m/migration_lock.toml': '',
    'prisma.config.ts': "export default { migrations: { path: './db/m' } }",
  }
  expect(scannedPrisma('6.19.0', files).migrations).toEqual({ dir: 'db/m', count: 2 })
  expect(scannedPrisma('5.22.0', files).migrations).toEqual({ dir: 'prisma/migrations', count: 0 })
})

it('remarks what has to be run', () => {
  const { findings } = scanned({
    ...withPrisma({}),
    [six]: schema('"file:a.db"'),
    'prisma.config.ts': 'export default { schema: find(), migrations: { path: find() } }',
  })
  expect(findings).toMatchObject([
    { code: 'SW-CONFIG-UNSETTLED', what: expect.stringContaining('schema, migrations.path') },
  ])
})

it('tells the generators, with their folders from the root', () => {
  const text = (lines: string) => `generator client {\n${lines}\n}\n${schema('"file:a.db"')}`
  const generators = (lines: string) => scannedPrisma('6.19.0', { [six]: text(lines) }).generators
  expect(
    generators(
      'provider = "prisma-client"\noutput = "../src/generated"\nbinaryTargets = [\n"native",\n"linux-musl" // old\n]\nengineType = "client"',
    ),
  ).toEqual([
    {
      provider: 'prisma-client',
      output: 'src/generated',
      binaryTargets: ['native', 'linux-musl'],
      engineType: 'client',
    },
  ])
  expect(
    generators('provider = "prisma-client-js"\noutput = "../node_modules/.prisma/client"'),
  ).toMatchObject([{ output: null, binaryTargets: [], engineType: null }])
})

it.each([
  ['devDependencies', null, { start: 'node x.js' }],
  ['devDependencies', 'package.json#scripts.start', { start: 'npx prisma migrate deploy && node x.js' }],
  ['dependencies', 'package.json#scripts.prestart', { prestart: 'prisma db push', start: 'node x.js' }],
  [
    'dependencies',
    'package.json#scripts.setup',
    { start: 'npm run setup && node x', setup: 'prisma generate' },
  ],
  [
    'dependencies',
    'package.json#scripts.db',
    { start: 'run-s db serve', db: 'prisma migrate deploy', serve: 'x' },
  ],
  ['dependencies', 'start.sh', { start: './start.sh' }],
  ['dependencies', null, { start: 'npm run start', db: 'prisma migrate deploy' }],
  ['devDependencies', null, { start: 'node build', build: 'prisma generate && vite build' }],
] as const)('F10: the CLI is among the %s, and called by %s: %o', (group, calledBy, scripts) => {
  const { cli } = scannedPrisma('6.19.0', {
    'package.json': { [group]: { prisma: '6.19.0' }, scripts },
    [six]: schema('"file:a.db"'),
    'start.sh': '#!/bin/sh\nset -ex\nnpx prisma migrate deploy\nexec node x.js\n',
  })
  expect(cli).toEqual({ group, calledBy })
})

it('finds the databases of other schemas that scripts name', () => {
  const { databases, schema: files } = scannedPrisma('6.19.0', {
    'package.json': {
      dependencies: { prisma: '6.19.0' },
      scripts: {
        generate: 'prisma generate && prisma generate --schema=./logs/logs.prisma',
        migrate:
          'prisma migrate deploy --schema logs/logs.prisma && prisma migrate deploy --schema pg/pg.prisma',
        same: 'prisma generate --schema prisma',
      },
    },
    [six]: schema('"file:a.db"'),
    'logs/logs.prisma': schema('env("LOGS_URL")'),
    'pg/pg.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("PG_URL")\n}\n',
    '.env': 'LOGS_URL=file:./logs.db',
  })
  expect(files).toEqual([six])
  expect(databases.map(({ file, env }) => [file, env])).toEqual([
    ['prisma/a.db', null],
    ['logs/logs.db', 'LOGS_URL'],
  ])
})
