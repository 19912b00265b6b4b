import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pruneModules } from '../../src/image/prune-modules.ts'
import { type ProjectFiles, project } from '../support/project.ts'

const packages = {
  '@prisma/client': {
    dependencies: { wasm: '1' },
    peerDependencies: { prisma: '6' },
    peerDependenciesMeta: { prisma: { optional: true } },
  },
  adapter: { peerDependencies: { driver: '1' } },
  driver: { optionalDependencies: { 'driver-linux': '1', 'driver-absent': '1' } },
  'driver-linux': {},
  wasm: {},
  prisma: { dependencies: { engines: '1', wasm: '1' } },
  engines: {},
  tsx: { dependencies: { esbuild: '1' } },
  esbuild: {},
  seaworthy: { optionalDependencies: { '@flydotio/litestream-linux-x64': '1' } },
  '@flydotio/litestream-linux-x64': {},
}
const app = {
  dependencies: { '@prisma/client': '6', adapter: '1', seaworthy: '1' },
  devDependencies: { prisma: '6', tsx: '4' },
}
const generated = { '.prisma/client/index.js': 'generated' }

/** Everything beside everything, as npm, Yarn and Bun lay it out. */
const flat = (): string =>
  project({
    'package.json': app,
    ...filesIn('node_modules', generated),
    ...filesOf((name) => `node_modules/${name}`),
  })

/** Each package in a folder of its own with links to what it needs, as pnpm lays it out (and Bun, in `.bun`). */
const linked = (store: string): string => {
  const place = (name: string) => `node_modules/${store}/${name.replace('/', '+')}@1/node_modules`
  const root = project({
    'package.json': app,
    ...filesIn(place('@prisma/client'), generated),
    ...filesOf((name) => `${place(name)}/${name}`),
  })
  const link = (from: string, name: string) => {
    if (!existsSync(join(root, place(name), name))) return
    mkdirSync(dirname(join(root, from, name)), { recursive: true })
    symlinkSync(join(root, place(name), name), join(root, from, name))
  }
  for (const [name, manifest] of Object.entries(packages)) {
    const needs = Object.keys(
      Object.assign(
        {},
        ...Object.values(manifest).filter(
          (value) => !('prisma' in value && typeof value.prisma === 'object'),
        ),
      ),
    )
    for (const need of needs) link(place(name), need)
  }
  for (const name of Object.keys({ ...app.dependencies, ...app.devDependencies })) link('node_modules', name)
  for (const name of Object.keys(packages)) link(`node_modules/${store}/node_modules`, name)
  return root
}

const filesOf = (place: (name: string) => string): ProjectFiles =>
  Object.fromEntries(
    Object.entries(packages).map(([name, manifest]) => [
      `${place(name)}/package.json`,
      { name, ...manifest },
    ]),
  )

const filesIn = (folder: string, files: ProjectFiles): ProjectFiles =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))

/** Names of the packages that are really there. */
const installed = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name === 'package.json' && entry.parentPath.includes('node_modules'),
    )
    .map(({ parentPath }) =>
      parentPath.slice(parentPath.lastIndexOf('node_modules/') + 'node_modules/'.length),
    )
    .sort()

const deadLinks = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink() && !existsSync(join(entry.parentPath, entry.name)))
    .map(({ name }) => name)

const running = ['@prisma/client', 'adapter', 'driver', 'driver-linux', 'seaworthy', 'wasm']
const litestream = '@flydotio/litestream-linux-x64'

describe.each([
  ['flat', flat],
  ['in pnpm’s store', () => linked('.pnpm')],
  ['in Bun’s store', () => linked('.bun')],
])('packages that lie %s', (_, layOut) => {
  it.each([
    [
      'F10: without Prisma’s CLI',
      { keep: [], drop: [], isOnly: false, beside: null, from: null },
      [litestream, ...running],
    ],
    [
      'with the seed’s runner',
      { keep: ['tsx'], drop: [], isOnly: false, beside: null, from: null },
      [litestream, ...running, 'esbuild', 'tsx'],
    ],
    [
      'with the CLI where it is asked for',
      { keep: ['prisma'], drop: [litestream], isOnly: false, beside: null, from: null },
      [...running, 'engines', 'prisma'],
    ],
    [
      'without npm’s Litestream',
      { keep: [], drop: ['@flydotio/litestream'], isOnly: false, beside: null, from: null },
      running,
    ],
    [
      'nothing but a few',
      { keep: ['seaworthy', 'tsx'], drop: ['@flydotio/'], isOnly: true, beside: null, from: null },
      ['esbuild', 'seaworthy', 'tsx'],
    ],
  ])('%s', (_, options, expected) => {
    const root = layOut()
    pruneModules(root, options)
    expect(installed(root)).toEqual([...expected].sort())
    expect(deadLinks(root)).toEqual([])
  })

  it('keep the generated client beside them, and a second time changes nothing', () => {
    const root = layOut()
    const options = { keep: [], drop: [], isOnly: false, beside: null, from: null }
    expect(pruneModules(root, options)).toBe(4)
    const files = readdirSync(root, { recursive: true })
    expect(files.filter((path) => String(path).endsWith('.prisma/client/index.js'))).toHaveLength(1)
    expect(pruneModules(root, options)).toBe(0)
    expect(readdirSync(root, { recursive: true })).toEqual(files)
  })
})

it('leaves alone what lies above the app and is not its workspace', () => {
  const root = project({
    'package.json': {},
    'node_modules/stranger/package.json': {},
    'app/package.json': app,
    'app/node_modules/tsx/package.json': {},
  })
  expect(
    pruneModules(join(root, 'app'), { keep: [], drop: [], isOnly: false, beside: null, from: null }),
  ).toBe(1)
  expect(installed(root)).toEqual(['stranger'])
})

it('F23: of a workspace, keeps what the app’s own packages need', () => {
  const root = project({
    'package.json': { workspaces: ['apps/*', 'packages/*'], devDependencies: { turbo: '2' } },
    'apps/web/package.json': { dependencies: { database: '1' }, devDependencies: { vite: '7' } },
    'apps/admin/package.json': { dependencies: { react: '19' } },
    'packages/database/package.json': { dependencies: { driver: '1' }, devDependencies: { vitest: '4' } },
    'packages/database/node_modules/driver/package.json': { name: 'driver' },
    'node_modules/react/package.json': {},
    'node_modules/turbo/package.json': {},
    'node_modules/vite/package.json': {},
    'packages/database/node_modules/vitest/package.json': {},
    'node_modules/.bin/x': '',
  })
  for (const [name, target] of [
    ['database', 'packages/database'],
    ['admin', 'apps/admin'],
  ] as const)
    symlinkSync(join(root, target), join(root, 'node_modules', name))
  pruneModules(join(root, 'apps/web'), { keep: [], drop: [], isOnly: false, beside: null, from: null })
  expect(installed(root)).toEqual(['driver'])
  expect(existsSync(join(root, 'node_modules/database/package.json'))).toBe(true)
  expect(existsSync(join(root, 'apps/admin/package.json'))).toBe(true)
  expect(existsSync(join(root, 'node_modules/admin'))).toBe(false)
})
