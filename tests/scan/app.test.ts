import { expect, it } from 'vitest'
import { scanned } from './scanned.ts'

const nest = {
  dependencies: { '@nestjs/core': '11.0.0' },
  scripts: { start: 'nest start', 'start:prod': 'node dist/main' },
}

it.each([
  ['the script', { scripts: { start: 'node a.js' }, main: 'a.js' }, {}, 'npm run start'],
  [
    'the script, by its package manager',
    { scripts: { start: 'x' }, packageManager: 'pnpm@9.0.0' },
    {},
    'pnpm run start',
  ],
  ['main', { main: 'lib/a.js' }, { 'lib/a.js': '' }, 'node lib/a.js'],
  ['server.js when main is not there', { main: 'index.js' }, { 'server.js': '' }, 'node server.js'],
  ['nothing', {}, {}, null],
  ['production when start is for development', nest, {}, 'npm run start:prod'],
  ['production when nothing else', { scripts: { 'start:production': 'x' } }, {}, 'npm run start:production'],
])('start: %s', (_, json, files, start) => {
  expect(scanned({ 'package.json': json, ...files }).start).toBe(start)
})

it.each([
  ['process.env.PORT ?? 4000', 4000],
  ["process.env.PORT || '4001'", 4001],
  ['Number(process.env.PORT) || 4002', 4002],
  ['Number(process.env.PORT ?? 4003)', 4003],
  ['(() => { const { PORT = 4004 } = process.env })()', 4004],
  ['process.env.ADMIN_PORT ?? 4005', 3000],
  ['process.env.PORT ?? fallback', 3000],
  ['process.env.PORT ?? 99999', 3000],
])('port of a server that listens on %s', (code, port) => {
  expect(
    scanned({ 'package.json': { scripts: { start: 'node server.js' } }, 'server.js': `listen(${code})` })
      .port,
  ).toBe(port)
})

it.each([
  ['next start -p 4100', 4100],
  ['PORT=4101 node x.js', 4101],
  ['vite preview --port=4102', 4102],
  ['node dist/main.js', 4103],
])('port of %s', (start, port) => {
  const found = scanned({
    'package.json': { scripts: { start } },
    'src/main.ts': 'const port: number = Number(process.env.PORT ?? 4103)',
  })
  expect(found.port).toBe(port)
})

it('names the app, its kind of modules and the files that are there', () => {
  const found = scanned({
    'package.json': { name: '@me/shop', type: 'module' },
    Dockerfile: '',
    'fly.toml': '',
  })
  expect([found.name, found.moduleType]).toEqual(['shop', 'module'])
  expect(found.existing).toEqual({
    dockerfile: true,
    flyToml: true,
    litestreamYml: false,
    dockerignore: false,
  })
})

it('is plain JSON', () => {
  const found = scanned({})
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)
})
