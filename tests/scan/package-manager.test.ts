import { expect, it } from 'vitest'
import { scanned } from './scanned.ts'

const berry = (version: number) => `# This file is generated\n\n__metadata:\n  version: ${version}\n`

it('Yarn by its field', () => {
  const { packageManager } = scanned({ 'package.json': { packageManager: 'yarn@4.1.0+sha512.abc' } })
  expect(packageManager).toEqual({ name: 'yarn', version: '4.1.0', linker: 'pnp' })
})

it.each([
  ['F25', { packageManager: 'pnpm@8.15.0' }, {}, 'pnpm', '8.15.0', 'package.json#packageManager'],
  ['F25', { packageManager: 'pnpm@9' }, {}, 'pnpm', '9', 'package.json#packageManager'],
  ['', { packageManager: 'bun@1.2.3' }, {}, 'bun', '1.2.3', 'package.json#packageManager'],
  ['', { packageManager: 'npm@11.0.0+sha1.a' }, {}, 'npm', '11.0.0', 'package.json#packageManager'],
  ['', { packageManager: 'yarn@stable' }, {}, 'yarn', null, 'package.json#packageManager'],
  [
    '',
    { devEngines: { packageManager: { name: 'pnpm', version: '10.1.0' } } },
    {},
    'pnpm',
    '10.1.0',
    'package.json#devEngines.packageManager',
  ],
  [
    '',
    { devEngines: { packageManager: [{ name: 'bun', version: '^1.2' }] } },
    {},
    'bun',
    null,
    'package.json#devEngines.packageManager',
  ],
  [
    '',
    { packageManager: 'pnpm@9.0.0' },
    { 'package-lock.json': '{}' },
    'pnpm',
    '9.0.0',
    'package.json#packageManager',
  ],
  ['F39', {}, { 'bun.lock': '{}' }, 'bun', null, 'bun.lock'],
  ['', {}, { 'bun.lockb': '' }, 'bun', null, 'bun.lockb'],
  ['', {}, { 'yarn.lock': '' }, 'yarn', null, 'yarn.lock'],
  ['', {}, { 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn', '1', 'yarn.lock'],
  ['', {}, { 'pnpm-lock.yaml': '' }, 'pnpm', null, 'pnpm-lock.yaml'],
  ['', {}, { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }, 'pnpm', '8', 'pnpm-lock.yaml'],
  ['', {}, { 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' }, 'pnpm', '7', 'pnpm-lock.yaml'],
  ['', {}, { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, 'pnpm', '10', 'pnpm-lock.yaml'],
  ['', {}, { 'package-lock.json': '{}' }, 'npm', null, 'package-lock.json'],
  ['', { engines: { npm: '>=10', pnpm: '9.1.0' } }, {}, 'pnpm', '9.1.0', 'package.json#engines.pnpm'],
  ['', { engines: { npm: 'please use yarn' } }, {}, 'npm', null, 'default'],
  ['', {}, {}, 'npm', null, 'default'],
])('%s %o with %o: %s %s from %s', (_, json, files, name, version, from) => {
  const { packageManager, sources } = scanned({ 'package.json': json, ...files })
  expect([packageManager, sources.packageManager]).toEqual([{ name, version }, from])
})

it.each([
  [
    '4.9.1',
    'node-modules',
    { '.yarnrc.yml': 'nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.9.1.cjs\n' },
  ],
  ['4', 'pnp', { '.yarnrc.yml': 'enableTelemetry: 0\n', 'yarn.lock': berry(8) }],
  ['3', 'pnpm', { '.yarnrc.yml': 'nodeLinker: pnpm\n', 'yarn.lock': berry(6) }],
  ['2', 'pnp', { 'yarn.lock': berry(4) }],
])('Yarn %s with %s', (version, linker, files) => {
  expect(scanned({ 'yarn.lock': '', ...files }).packageManager).toEqual({ name: 'yarn', version, linker })
})
