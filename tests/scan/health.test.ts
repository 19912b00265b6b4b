import { expect, it } from 'vitest'
import type { ProjectFiles } from '../support/project.ts'
import { scanned } from './scanned.ts'

const health = (dependency: string, files: ProjectFiles) =>
  scanned({ 'package.json': { dependencies: { [dependency]: '1.0.0' } }, ...files }).framework?.health

it.each([
  ['/healthcheck', '@remix-run/node', 'app/routes/healthcheck.tsx'],
  ['/resources/healthcheck', '@react-router/node', 'app/routes/resources+/healthcheck.tsx'],
  ['/resources/healthcheck', '@remix-run/node', 'app/routes/resources.healthcheck.tsx'],
  ['/healthz', '@remix-run/node', 'app/routes/_public.healthz/route.ts'],
  [null, '@remix-run/node', 'app/routes/dashboard/health.tsx'],
  [null, '@remix-run/node', 'app/routes/$user.health.tsx'],
  ['/api/health', 'next', 'src/app/api/health/route.ts'],
  ['/health', 'next', 'app/(public)/health/page.tsx'],
  ['/api/healthz', 'next', 'pages/api/healthz.ts'],
  [null, 'next', 'app/components/health.tsx'],
  ['/health', '@sveltejs/kit', 'src/routes/health/+server.ts'],
  [null, '@sveltejs/kit', 'src/routes/health/Card.svelte'],
  ['/api/health', 'nuxt', 'server/api/health.get.ts'],
  ['/livez', 'nuxt', 'server/routes/livez.ts'],
  ['/api/health', '@tanstack/react-start', 'src/routes/api.health.ts'],
])('F29: %s of %s with %s', (route, dependency, file) => {
  expect(health(dependency, { [file]: '' })).toBe(route)
})

it.each([
  [
    'a list of routes is not read',
    '@react-router/node',
    { 'app/routes.ts': '', 'app/routes/healthcheck.ts': '' },
  ],
  [
    'a base path',
    'next',
    { 'next.config.js': "module.exports = { basePath: '/x' }", 'app/health/route.ts': '' },
  ],
  ['a static site', 'astro', { 'src/pages/health.ts': '' }],
])('F29: none with %s', (_, dependency, files) => {
  expect(health(dependency, files)).toBeNull()
})

const server = "const app = express()\napp.get('/healthz', (q, r) => r.send('ok'))"

it.each([
  ['Express', 'express', server, '/healthz'],
  ['Hono', 'hono', "export const app = new Hono()\napp.get('/health', (c) => c.text('ok'))", '/health'],
  ['Fastify', 'fastify', "const f = Fastify({})\nf.get('/api/health', async () => 1)", '/api/health'],
  ['a router that may be mounted anywhere', 'express', "const r = Router()\nr.get('/health', f)", null],
  ['two servers', 'express', `${server}\nconst admin = express()`, null],
  ['another route', 'express', "const app = express()\napp.get('/health/:id', f)", null],
  ['another method', 'express', "const app = express()\napp.post('/health', f)", null],
  ['NestJS', '@nestjs/core', "@Controller('health')\nexport class H { @Get() get() {} }", '/health'],
  ['NestJS below it', '@nestjs/core', "@Controller('health')\nexport class H { @Get('x') get() {} }", null],
  [
    'NestJS with a prefix',
    '@nestjs/core',
    "@Controller('health')\nexport class H { @Get() get() {} }\napp.setGlobalPrefix('api')",
    null,
  ],
])('F29: the code of %s', (_, dependency, text, route) => {
  expect(health(dependency, { 'src/app.ts': text, 'tests/app.ts': server })).toBe(route)
})
