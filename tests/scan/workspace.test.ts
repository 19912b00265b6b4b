import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { type ProjectFiles, project } from '../support/project.ts'

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
])('%s: the root is found by walking up', (_, files, from) => {
  const { root, found } = scannedApp(files)
  expect([found.workspace, found.sources.workspace]).toEqual([{ root, app: 'apps/web' }, from])
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
  expect([found.packageManager.name, found.runtime.version, found.framework]).toEqual([
    'pnpm',
    '22',
    { name: 'Next.js', version: '15.3.1' },
  ])
})
