import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pruneModules } from '../../src/image/prune-modules.ts'
import { project } from '../support/project.ts'

const all = { keep: [], drop: [], isOnly: false, beside: null, from: null }
const engine = (database: string) => `query_compiler_fast_bg.${database}.wasm-base64.js`
const client = {
  'package.json': { dependencies: { '@prisma/client': '7' } },
  'node_modules/@prisma/client/package.json': {},
  ...Object.fromEntries(
    [engine('sqlite'), engine('postgresql'), engine('mysql'), 'client.js', 'client.js.map'].map((name) => [
      `node_modules/@prisma/client/runtime/${name}`,
      '',
    ]),
  ),
}
const schema = (provider: string) => `datasource db {\n  provider = "${provider}"\n}\n`

it.each([
  ['SQLite alone', { 'prisma/schema.prisma': schema('sqlite') }, [engine('sqlite')]],
  [
    'a second schema for another database',
    { 'prisma/schema.prisma': schema('sqlite'), 'other/pg.prisma': schema('postgres') },
    [engine('postgresql'), engine('sqlite')],
  ],
  ['no schema', {}, [engine('mysql'), engine('postgresql'), engine('sqlite')]],
  [
    'one that cannot be read',
    { 'a.prisma': 'datasource {{' },
    [engine('mysql'), engine('postgresql'), engine('sqlite')],
  ],
])('the query engines that stay with %s', (_, schemas, engines) => {
  const root = project({ ...client, ...schemas })
  pruneModules(root, all)
  expect(readdirSync(join(root, 'node_modules/@prisma/client/runtime')).sort()).toEqual(
    ['client.js', ...engines].sort(),
  )
})

it('what an output beside it has as well is left out, and what it lacks stays', () => {
  const root = project({
    'package.json': { dependencies: { shared: '1' } },
    'node_modules/shared/package.json': { name: 'shared' },
    'node_modules/shared/traced.js': 'same',
    'node_modules/shared/changed.js': 'longer',
    'node_modules/shared/more.js': 'more',
    '.next/standalone/node_modules/shared/traced.js': 'same',
    '.next/standalone/node_modules/shared/changed.js': 'short',
  })
  pruneModules(root, { ...all, beside: '.next/standalone' })
  expect(readdirSync(join(root, 'node_modules/shared')).sort()).toEqual([
    'changed.js',
    'more.js',
    'package.json',
  ])
  expect(existsSync(join(root, '.next/standalone/node_modules/shared/traced.js'))).toBe(true)
})

it('an output in a workspace is laid out like the workspace', () => {
  const root = project({
    'package.json': { workspaces: ['web'] },
    'web/package.json': { dependencies: { shared: '1', own: '1' } },
    'node_modules/shared/package.json': {},
    'web/node_modules/own/package.json': {},
    'web/.next/standalone/node_modules/shared/package.json': {},
    'web/.next/standalone/web/node_modules/own/package.json': {},
  })
  pruneModules(join(root, 'web'), { ...all, beside: '.next/standalone' })
  expect(existsSync(join(root, 'node_modules/shared/package.json'))).toBe(false)
  expect(existsSync(join(root, 'web/node_modules/own/package.json'))).toBe(false)
})
