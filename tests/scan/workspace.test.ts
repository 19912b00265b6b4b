import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { type ProjectFiles, project } from '../support/project.ts'
import { schema } from './scanned.ts'

const app = { 'apps/web/package.json': { name: 'web' } }

const scannedApp = (files: ProjectFiles) => {
  const root = project({ ...app, ...files })
  return { root, found: scan(sourceTree(join(root, 'apps/web'))) }
}

it.each([
  ['npm', { 'package.json': { workspaces: ['apps/*'] } }, 'package.json#workspaces'],
  ['yarn', { 'package.json': { workspaces: { packages: ['./apps/web/'] } } }, 'package.json#workspaces'],
  [
    'pnpm',
    { 'package.json': {}, 'pnpm-workspace.yaml': 'packages:\n  - "apps/**"\n' },
    'pnpm-workspace.yaml',
  ],
  [
    'Turborepo',
    { 'package.json': { workspaces: ['apps/*'] }, 'turbo.json': {} },
    'package.json#workspaces (Turborepo)',
  ],
  [
    'Nx',
    { 'package.json': { workspaces: ['apps/*'] }, 'nx.json': {}, 'bun.lock': '{}' },
    'package.json#workspaces (Nx)',
  ],
])('%s: the root is found by walking up', (_, files, from) => {
  const { root, found } = scannedApp(files)
  expect(found.workspace).toEqual({
    root,
    app: 'apps/web',
    name: 'web',
    tool: from.endsWith('(Turborepo)') ? 'turbo' : from.endsWith('(Nx)') ? 'nx' : null,
    packages: ['apps/web'],
    needs: [],
    builds: [],
  })
  expect(found.sources.workspace).toBe(from)
})

it.each([
  ['no pattern names it', { 'package.json': { workspaces: ['packages/*'] } }],
  ['it is taken out', { 'package.json': { workspaces: ['apps/*', '!apps/web'] } }],
  ['its repository ends below', { 'package.json': { workspaces: ['apps/*'] }, 'apps/web/.git/HEAD': '' }],
])('no workspace when %s', (_, files) => {
  expect(scannedApp(files).found.workspace).toBeNull()
})

it('takes lock file, Node version and versions of dependencies from the root', () => {
  const { found } = scannedApp({
    'apps/web/package.json': { dependencies: { next: '^15.0.0' } },
    'package.json': {},
    '.nvmrc': '22',
    'pnpm-workspace.yaml': 'packages: ["apps/*"]',
    'pnpm-lock.yaml':
      'importers:\n  apps/web:\n    dependencies:\n      next:\n        specifier: ^15.0.0\n        version: 15.3.1(react@19.0.0)\n',
  })
  expect([found.packageManager.name, found.runtime.version, found.framework]).toMatchObject([
    'pnpm',
    '22',
    { name: 'Next.js', version: '15.3.1' },
  ])
})

it.each([
  [
    'pnpm',
    { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: ["apps/*", "packages/**", "!packages/old"]' },
  ],
  ['npm', { 'package.json': { workspaces: ['apps/*', 'packages/**', '!packages/old'] } }],
])('F23: finds the packages of a workspace of %s, and those that the app needs', (_, root) => {
  const { found } = scannedApp({
    ...root,
    'apps/web/package.json': {
      name: '@me/web',
      dependencies: { '@me/db': 'workspace:*', react: '^19.0.0', '@me/ui': '^1.0.0', '@me/log': '^9.0.0' },
    },
    'apps/admin/package.json': { name: '@me/admin', dependencies: { '@me/db': 'workspace:*' } },
    'packages/db/package.json': { name: '@me/db', devDependencies: { '@me/config': '*' } },
    'packages/ui/package.json': { name: '@me/ui', version: '1.2.0', peerDependencies: { '@me/web': '*' } },
    'packages/log/package.json': { name: '@me/log', version: '1.0.0' },
    'packages/tools/config/package.json': { name: '@me/config' },
    'packages/tools/README.md': '',
    'packages/old/package.json': { name: '@me/old' },
    'packages/db/node_modules/x/package.json': { name: 'x' },
  })
  expect(found.workspace).toMatchObject({
    app: 'apps/web',
    name: '@me/web',
    packages: [
      'apps/admin',
      'apps/web',
      'packages/db',
      'packages/log',
      'packages/tools/config',
      'packages/ui',
    ],
    needs: ['packages/db', 'packages/tools/config', 'packages/ui'],
  })
})

it('F18: the standalone server of Next.js lies below the folder of the app', () => {
  const { found } = scannedApp({
    'apps/web/package.json': { dependencies: { next: '16.0.0' }, scripts: { start: 'next start' } },
    'apps/web/next.config.ts': "export default { output: 'standalone' }",
    'package.json': { workspaces: ['apps/*'] },
  })
  expect(found.start).toBe('node .next/standalone/apps/web/server.js')
})

const shared = {
  'package.json': { workspaces: ['apps/*', 'packages/*'] },
  'apps/web/package.json': { name: 'web', scripts: { start: 'x' }, dependencies: { db: '*' } },
  'packages/db/package.json': {
    name: 'db',
    dependencies: { '@prisma/client': '6.19.0' },
    devDependencies: { prisma: '6.19.0', tsx: '4' },
    prisma: { seed: 'tsx prisma/seed.ts' },
  },
  'packages/db/prisma/schema.prisma': `generator client {\n  provider = "prisma-client"\n  output = "../src/client"\n}\n${schema('"file:./dev.db"')}`,
  'packages/db/prisma/seed.ts': "import '../src/index.ts'",
  'packages/db/src/index.ts': "import '@prisma/client'",
  'packages/db/prisma/migrations/1_init/migration.sql': '',
}
const second = {
  'apps/web/package.json': { name: 'web', dependencies: { db: '*', log: '*' } },
  'packages/log/package.json': { name: 'log', dependencies: { prisma: '7.1.0' } },
  'packages/log/prisma/schema.prisma': schema(),
}

const scannedShared = (files: ProjectFiles, folder = 'apps/web') => {
  const root = project({ ...shared, ...files })
  return { root, found: scan(sourceTree(join(root, folder))) }
}

it('finds Prisma in a package that the app needs, with paths as the app sees them', () => {
  const { found } = scannedShared({})
  expect(found.findings).toEqual([])
  expect(found.prisma).toEqual({
    version: '6.19.0',
    folder: '../../packages/db',
    schema: ['../../packages/db/prisma/schema.prisma'],
    config: null,
    provider: 'sqlite',
    databases: [
      {
        file: '../../packages/db/prisma/dev.db',
        url: 'file:./dev.db',
        env: null,
        from: '../../packages/db/prisma/schema.prisma:7',
      },
    ],
    migrations: { dir: '../../packages/db/prisma/migrations', count: 1 },
    seed: { command: 'tsx prisma/seed.ts', from: '../../packages/db/package.json#prisma.seed' },
    seedNeeds: {
      files: ['../../packages/db/prisma/seed.ts', '../../packages/db/src/index.ts'],
      packages: ['@prisma/client', 'tsx'],
    },
    generators: [
      {
        provider: 'prisma-client',
        output: '../../packages/db/src/client',
        binaryTargets: [],
        engineType: null,
      },
    ],
    cli: { group: 'devDependencies', calledBy: null },
  })
})

const seven = {
  'packages/db/package.json': { name: 'db', dependencies: { prisma: '7.1.0' } },
  'packages/db/prisma/schema.prisma': schema(),
}
const config = (url: string) => ({
  ...seven,
  'packages/db/prisma.config.ts': `export default { schema: 'prisma', datasource: { url: ${url} } }`,
})
const adapter = (url: string) => ({
  'packages/db/src/client.ts': `import { PrismaLibSql } from '@prisma/adapter-libsql'\nexport const adapter = new PrismaLibSql({ url: ${url} })`,
})
const inPackage = '../../packages/db'

it.each<[string, ProjectFiles, [file: string, env: string | null][]]>([
  ['7: its CLI works in the package', config("'file:./dev.db'"), [[`${inPackage}/dev.db`, null]]],
  [
    '7: the server opens what is relative in the folder of the app',
    { ...config("'file:./dev.db'"), ...adapter("'file:./dev.db'") },
    [
      [`${inPackage}/dev.db`, null],
      ['dev.db', null],
    ],
  ],
  [
    '7: one variable names one file',
    { ...config("process.env.URL ?? 'file:./a.db'"), ...adapter("process.env.URL ?? 'file:./b.db'") },
    [[`${inPackage}/a.db`, 'URL']],
  ],
  [
    '7: an absolute path within the workspace goes with it',
    { ...config("'file:' + path.join(import.meta.dirname, '../../data/dev.db')") },
    [['../../data/dev.db', null]],
  ],
  [
    'a variable in .env of the package',
    { 'packages/db/prisma/schema.prisma': schema('env("URL")'), 'packages/db/.env': 'URL=file:./own.db' },
    [[`${inPackage}/prisma/own.db`, 'URL']],
  ],
  [
    'a variable in .env of the root',
    { 'packages/db/prisma/schema.prisma': schema('env("URL")'), '.env': 'URL=file:./root.db' },
    [[`${inPackage}/prisma/root.db`, 'URL']],
  ],
  [
    'the client that is generated into the app brings a copy of the schema',
    { 'apps/web/src/client/schema.prisma': schema('"file:./x.db"'), 'apps/web/src/client/index.d.ts': '' },
    [[`${inPackage}/prisma/dev.db`, null]],
  ],
  [
    'the one of two that package.json names',
    {
      ...second,
      'apps/web/package.json': {
        ...second['apps/web/package.json'],
        seaworthy: { prisma: './packages/db/' },
      },
    },
    [[`${inPackage}/prisma/dev.db`, null]],
  ],
  [
    'no other where the app names a schema by itself',
    {
      'apps/web/package.json': {
        name: 'web',
        dependencies: { db: '*', prisma: '6.19.0' },
        prisma: { schema: '../../packages/db/prisma/schema.prisma' },
      },
    },
    [[`${inPackage}/prisma/dev.db`, null]],
  ],
  [
    'no other where the app has a schema of its own',
    {
      'apps/web/package.json': { name: 'web', dependencies: { db: '*', prisma: '6.19.0' } },
      'apps/web/prisma/schema.prisma': schema('"file:./web.db"'),
    },
    [['prisma/web.db', null]],
  ],
])('the file of the database: %s', (_, files, databases) => {
  const { prisma } = scannedShared(files).found
  expect(prisma?.databases.map(({ file, env }) => [file, env])).toEqual(databases)
})

it.each([
  [
    'several packages that the app needs',
    'apps/web',
    second,
    'packages/db and packages/log',
    'seaworthy.prisma=',
  ],
  [
    'one that there is not',
    'apps/web',
    { 'apps/web/package.json': { name: 'web', seaworthy: { prisma: 'packages/no' } } },
    'packages/no',
    'seaworthy.prisma=',
  ],
  ['below its root', '.', {}, 'packages/db', 'seaworthy launch apps/web'],
])('says that Prisma is elsewhere in the workspace: %s', (_, folder, files, what, next) => {
  const { prisma, findings } = scannedShared(files, folder).found
  expect(prisma).toBeNull()
  expect(findings).toMatchObject([
    {
      level: 'error',
      code: 'SW-PRISMA-ELSEWHERE',
      what: expect.stringContaining(what),
      next: expect.stringContaining(next),
    },
  ])
})

it('the packages with a build, each behind those that it needs', () => {
  const build = { scripts: { build: 'tsc' } }
  const { found } = scannedApp({
    'package.json': { workspaces: ['apps/*', 'packages/*'] },
    'apps/web/package.json': { name: 'web', dependencies: { a: '*', d: '*' } },
    'packages/a/package.json': { name: 'a', ...build, dependencies: { b: '*', c: '*' } },
    'packages/b/package.json': { name: 'b', ...build, devDependencies: { c: '*' } },
    'packages/c/package.json': { name: 'c', ...build, peerDependencies: { a: '*' } },
    'packages/d/package.json': { name: 'd' },
    'packages/e/package.json': { name: 'e', ...build },
  })
  expect(found.workspace).toMatchObject({
    needs: ['packages/a', 'packages/b', 'packages/c', 'packages/d'],
    builds: ['packages/c', 'packages/b', 'packages/a'],
  })
})
