import { expect, it } from 'vitest'
import type { ProjectFiles } from '../support/project.ts'
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
  ['app.listen(4200)', 4200],
  ["http.createServer(app).listen('4201', () => {})", 4201],
  ['const port = 4202\napp.listen(port)', 4202],
  ['serve({ fetch: app.fetch, port: 4203 })', 4203],
  ['startStandaloneServer(server, { listen: { port: 4204 } })', 4204],
  ['const server = new Server({ port: 4205 })', 4205],
  ['Bun.serve({ port: 4206 })', 4206],
  ['app.listen(options.port)', 3000],
  ['connect({ port: 5432 })', 3000],
])('port of a server with %j', (code, port) => {
  const found = scanned({ 'package.json': { scripts: { start: 'node dist/main' } }, 'src/main.ts': code })
  expect(found.port).toBe(port)
})

it.each([
  ['fastify', 'app.listen({ port: 3000 })', true],
  ['fastify', "app.listen({ port: 3000, host: '0.0.0.0' })", false],
  ['fastify', 'app.listen({ port: 3000, host })', false],
  ['fastify', 'app.listen(options)', false],
  ['fastify', 'app.use(serve({ client }))', false],
  ['express', "app.listen(3000, 'localhost')", true],
  ['express', "app.listen(3000, '127.0.0.1', () => {})", true],
  ['express', 'app.listen(3000, () => {})', false],
  ['@hapi/hapi', "Hapi.server({ port: 3000, host: 'localhost' })", true],
  ['@hapi/hapi', 'new Server({ port: 3000 })', false],
])('%s that starts with %j is remarked: %j', (dependency, code, isRemarked) => {
  const json = { scripts: { start: 'tsx src/index.ts' }, dependencies: { [dependency]: '1.0.0' } }
  const { findings } = scanned({ 'package.json': json, 'src/index.ts': code })
  expect(findings.map((finding) => finding.code)).toEqual(isRemarked ? ['SW-HOST-LOCAL'] : [])
})

it('what is loaded before the server is not the server', () => {
  const json = { scripts: { start: 'node --import ./first.mjs server.js' } }
  const files = { 'first.mjs': 'listen(1)', 'server.js': 'listen(4300)' }
  expect(scanned({ 'package.json': json, ...files }).port).toBe(4300)
})

it.each<[string, object, ProjectFiles, boolean]>([
  ['nothing builds', { start: 'node dist/server' }, {}, true],
  ['a script builds', { start: 'node dist/server', build: 'tsc' }, {}, false],
  ['is there already', { start: 'node dist/server' }, { 'dist/server.js': '' }, false],
  ['is no such thing', { start: 'node server.js' }, {}, false],
])('a start of what %s', (_, scripts, files, isRemarked) => {
  const { findings } = scanned({ 'package.json': { scripts }, ...files })
  expect(findings.map(({ code }) => code)).toEqual(isRemarked ? ['SW-BUILD-NONE'] : [])
})

it('plain Node that falls back to its own machine gets a host', () => {
  const json = { scripts: { start: 'node a.js' } }
  expect(scanned({ 'package.json': json, 'a.js': "listen(process.env.HOST || 'localhost')" }).hosts).toEqual({
    HOST: '0.0.0.0',
  })
})

it.each([
  [
    'npm run build:ts && fastify start -l info dist/app.js',
    'npm run build:ts',
    'npx fastify start -l info dist/app.js',
  ],
  ['tsc && node dist/a.js', 'npx tsc', 'node dist/a.js'],
  ['npx tsc -p . && node dist/a.js', 'npx tsc -p .', 'node dist/a.js'],
  ['pnpm run build && NODE_ENV=production node a.js', 'pnpm run build', 'NODE_ENV=production node a.js'],
  ['prisma generate && node a.js', null, 'npm run start'],
])('what %j builds is built before', (start, build, rest) => {
  expect(scanned({ 'package.json': { scripts: { start } } })).toMatchObject({ build, start: rest })
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
