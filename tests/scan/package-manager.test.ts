import { expect, it } from 'vitest'
import { scanned } from './scanned.ts'

it.each([
  ['F25', { packageManager: 'pnpm@8.15.0' }, {}, 'pnpm', '8.15.0', 'package.json#packageManager'],
  ['', { packageManager: 'yarn@4.1.0+sha512.abc' }, {}, 'yarn', '4.1.0', 'package.json#packageManager'],
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
  ['', {}, { 'pnpm-lock.yaml': '' }, 'pnpm', null, 'pnpm-lock.yaml'],
  ['', {}, { 'package-lock.json': '{}' }, 'npm', null, 'package-lock.json'],
  ['', { engines: { npm: '>=10', pnpm: '9.1.0' } }, {}, 'pnpm', '9.1.0', 'package.json#engines.pnpm'],
  ['', { engines: { npm: 'please use yarn' } }, {}, 'npm', null, 'default'],
  ['', {}, {}, 'npm', null, 'default'],
])('%s %o with %o: %s %s from %s', (_, json, files, name, version, from) => {
  const { packageManager, sources } = scanned({ 'package.json': json, ...files })
  expect([packageManager, sources.packageManager]).toEqual([{ name, version }, from])
})
