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
  'packages/db/package.json': { name: 'db', dependencies: { '@prisma/client': '6.19.0' } },
  'packages/db/prisma/schema.prisma': schema('"file:./dev.db"'),
}

it.each([
  [
    'a package that the app shares',
    'apps/web',
    shared,
    'Move the schema, its migrations and the seed to apps/web/prisma',
  ],
  ['its root', '.', shared, 'seaworthy launch apps/web'],
])('says that Prisma is elsewhere in the workspace: %s', (_, folder, files, next) => {
  const { prisma, findings } = scan(sourceTree(join(project(files), folder)))
  expect(prisma).toBeNull()
  expect(findings).toMatchObject([
    {
      level: 'error',
      code: 'SW-PRISMA-ELSEWHERE',
      what: expect.stringContaining('packages/db'),
      next: expect.stringContaining(next),
    },
  ])
})

it('is not elsewhere when the app has a schema of its own', () => {
  const files = {
    ...shared,
    'apps/web/package.json': { name: 'web', dependencies: { db: '*', prisma: '6.19.0' } },
    'apps/web/prisma/schema.prisma': schema('"file:./web.db"'),
  }
  const found = scan(sourceTree(join(project(files), 'apps/web')))
  expect([found.prisma?.databases[0]?.file, found.findings]).toEqual(['prisma/web.db', []])
})
