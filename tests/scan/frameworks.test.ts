import { expect, it } from 'vitest'
import { frameworks } from '../../src/scan/frameworks.ts'
import type { ProjectFiles } from '../support/project.ts'
import { scanned } from './scanned.ts'

/** The app with these dependencies (a list in one text), scripts and files. */
const app = (dependencies: string, scripts: Record<string, string> = {}, files: ProjectFiles = {}) => {
  const ranges = Object.fromEntries(dependencies.split(' ').map((name) => [name, '1.2.3']))
  return scanned({ 'package.json': { dependencies: ranges, scripts }, ...files })
}

it.each(frameworks.flatMap((row) => row.packages.map((name) => [name, row] as const)))(
  '%s tells the framework',
  (dependency, { name, file, port }) => {
    const found = app(dependency, {}, file ? { [file]: '' } : {})
    expect([found.framework?.name, found.framework?.version, found.port]).toEqual([name, '1.2.3', port])
  },
)

it.each([
  ['NestJS', 'express @nestjs/core'],
  ['Astro', 'vite astro hono'],
  ['Express', 'vite express'],
  ['Angular', 'express @angular/core @angular/ssr'],
  [undefined, 'vite left-pad'],
])('%s goes before what it is built on: %s', (name, dependencies) => {
  expect(app(dependencies).framework?.name).toBe(name)
})

const svelte = (adapter: string): ProjectFiles => ({
  'svelte.config.js': `import adapter from '@sveltejs/adapter-${adapter}'\nexport default { kit: { adapter: adapter() } }`,
})
const nuxt = (preset: string): ProjectFiles => ({
  'nuxt.config.ts': `export default defineNuxtConfig({ nitro: { preset: '${preset}' } })`,
})
const astro = (adapter: string): ProjectFiles => ({
  'astro.config.mjs': `import make from '@astrojs/${adapter}'\nexport default defineConfig({ adapter: make({ mode: 'standalone' }) })`,
})
const router = (config: string): ProjectFiles => ({
  'react-router.config.ts': `export default ${config} satisfies Config`,
})
const angular = (options: object): ProjectFiles => ({
  'angular.json': { projects: { shop: { architect: { build: { options } } } } },
})
const vite = {
  'index.html': '',
  'vite.config.ts': "export default defineConfig({ build: { outDir: 'www/' } })",
}
const compiled = { 'tsconfig.json': '{ "compilerOptions": { "outDir": "./lib" }, }' }

it.each<[string, Parameters<typeof app>, string]>([
  ['Next.js', ['next'], 'server in .next: npx next start'],
  ['its start script', ['next', { start: 'next start' }], 'server in .next: npm run start'],
  [
    'Next.js elsewhere',
    ['next', {}, { 'next.config.js': "module.exports = { distDir: './b' }" }],
    'server in b: npx next start',
  ],
  [
    'Next.js, exported',
    ['next', { start: 'next start' }, { 'next.config.js': "module.exports = { output: 'export' }" }],
    'static in out: null',
  ],
  [
    'Next.js standalone behind a server',
    ['next', { start: 'node server.js' }, { 'next.config.js': "module.exports = { output: 'standalone' }" }],
    'server in .next/standalone, .next/static: npm run start',
  ],
  [
    'Next.js standalone by its script',
    [
      'next',
      { start: 'node .next/standalone/server.js' },
      { 'next.config.js': "module.exports = { output: 'standalone' }" },
    ],
    'standalone in .next/standalone, .next/static: npm run start',
  ],
  [
    'Nuxt by its script',
    ['nuxt', { start: 'node .output/server/index.mjs' }],
    'standalone in .output: npm run start',
  ],
  ['Remix', ['@remix-run/node'], 'server in build: npx remix-serve ./build/server/index.js'],
  [
    'Remix, classic',
    ['@remix-run/node', {}, { 'remix.config.js': '' }],
    'server in build, public/build: npx remix-serve ./build/index.js',
  ],
  ['React Router', ['@react-router/node'], 'server in build: npx react-router-serve ./build/server/index.js'],
  [
    'React Router elsewhere',
    ['@react-router/node', {}, router("{ buildDirectory: 'out' }")],
    'server in out: npx react-router-serve ./out/server/index.js',
  ],
  [
    'React Router without a server',
    ['@react-router/node', {}, router('{ ssr: false }')],
    'static in build/client: null',
  ],
  ['SvelteKit', ['@sveltejs/kit', {}, svelte('node')], 'server in build: node build'],
  [
    'SvelteKit by the plug-in of Vite',
    [
      '@sveltejs/kit',
      {},
      {
        'vite.config.ts':
          "import make from '@sveltejs/adapter-static'\nexport default defineConfig({ plugins: [sveltekit({ adapter: make() })] })",
      },
    ],
    'static in build: null',
  ],
  ['SvelteKit, static', ['@sveltejs/kit', {}, svelte('static')], 'static in build: null'],
  ['Nuxt', ['nuxt'], 'standalone in .output: node .output/server/index.mjs'],
  ['Nuxt for Bun', ['nuxt', {}, nuxt('bun')], 'standalone in .output: node .output/server/index.mjs'],
  ['Nuxt, generated', ['nuxt', { build: 'nuxt generate' }], 'static in .output/public: null'],
  ['Nuxt, static preset', ['nuxt', {}, nuxt('static')], 'static in .output/public: null'],
  ['Astro', ['astro', { start: 'astro dev' }], 'static in dist: null'],
  [
    'Astro with a server',
    ['astro', { start: 'astro dev' }, astro('node')],
    'server in dist: node ./dist/server/entry.mjs',
  ],
  [
    'Astro behind a server',
    ['astro @astrojs/node', { start: 'node run.mjs' }],
    'server in dist: npm run start',
  ],
  ['NestJS', ['@nestjs/core', { start: 'nest start' }], 'server in dist: node dist/main'],
  [
    'AdonisJS',
    ['@adonisjs/core', { start: 'node bin/server.js' }],
    'server in build: node build/bin/server.js',
  ],
  ['Gatsby', ['gatsby', { start: 'gatsby develop' }], 'static in public: null'],
  ['Vite', ['vite', {}, vite], 'static in www: null'],
  ['Vite behind a server', ['vite', { start: 'node server.js' }, vite], 'server in www: npm run start'],
  [
    'TanStack Start',
    ['@tanstack/react-start nitro', { start: 'vite preview' }],
    'standalone in .output: node .output/server/index.mjs',
  ],
  [
    'TanStack Start without Nitro',
    ['@tanstack/react-start', { start: 'node serve.mjs' }],
    'server in dist: npm run start',
  ],
  ['Angular', ['@angular/core', { start: 'ng serve' }, angular({})], 'static in dist/shop/browser: null'],
  [
    'Angular with a server',
    ['@angular/ssr', { start: 'ng serve' }, angular({ outputPath: { base: 'out' } })],
    'server in out: node out/server/server.mjs',
  ],
  [
    'Angular with its script',
    ['@angular/ssr', { start: 'ng serve', 'serve:ssr:shop': 'node x.mjs' }, angular({})],
    'server in dist/shop: npm run serve:ssr:shop',
  ],
  [
    'Meteor',
    ['meteor-node-stubs', { start: 'meteor run', build: 'meteor build .' }],
    'server in bundle: node bundle/main.js',
  ],
  ['plain Express', ['express', { start: 'node x.js' }], 'server in : npm run start'],
  [
    'compiled Express',
    ['express', { build: 'tsc', start: 'node lib/x.js' }, compiled],
    'server in lib: npm run start',
  ],
])('%s', (_, given, expected) => {
  const { framework, start, findings } = app(...given)
  expect(`${framework?.output} in ${framework?.outputs.join(', ')}: ${start}`).toBe(expected)
  expect(findings).toEqual([])
})

it.each([
  ['.js', "module.exports = { output: 'standalone' }"],
  ['.cjs', "const config = { output: 'standalone' }\nmodule.exports = config"],
  ['.mjs', "export default withSentry(withMdx({})({ output: 'standalone' }), {})"],
  ['.ts', "const config: NextConfig = { output: 'standalone' }\nexport default config"],
  [
    '.mts',
    "export default async (phase: string) => { return { output: 'standalone' } satisfies NextConfig }",
  ],
  ['.ts', "export default function config() { return { output: 'standalone' } }"],
])('F18: Next.js standalone in next.config%s: %s', (ending, text) => {
  const { framework, start } = app('next', { start: 'next start' }, { [`next.config${ending}`]: text })
  expect([framework?.output, framework?.outputs, start]).toEqual([
    'standalone',
    ['.next/standalone', '.next/static'],
    'node .next/standalone/server.js',
  ])
})

it.each([
  ['SvelteKit', '@sveltejs/kit', svelte('auto'), '@sveltejs/adapter-auto'],
  ['Astro', 'astro', astro('vercel'), '@astrojs/vercel'],
  ['Nuxt', 'nuxt', nuxt('cloudflare-pages'), 'cloudflare-pages'],
])('%s that is built for another host is remarked', (_, dependency, files, host) => {
  expect(app(dependency, {}, files).findings).toMatchObject([
    { level: 'warning', code: 'SW-FRAMEWORK-ADAPTER', what: expect.stringContaining(host) },
  ])
})

it.each<[string, Parameters<typeof app>, Record<string, string>]>([
  ['Astro', ['astro @astrojs/node'], { HOST: '0.0.0.0' }],
  ['a static site', ['astro'], {}],
  ['AdonisJS', ['@adonisjs/core'], { HOST: '0.0.0.0' }],
  ['Nuxt', ['nuxt'], { NITRO_HOST: '0.0.0.0' }],
  [
    'Next.js standalone',
    ['next', {}, { 'next.config.js': "module.exports = { output: 'standalone' }" }],
    { HOSTNAME: '0.0.0.0' },
  ],
  ["Fastify's CLI", ['fastify fastify-cli'], { FASTIFY_ADDRESS: '0.0.0.0' }],
  [
    'code of its own',
    ['fastify', { start: 'node a.js' }, { 'a.js': "listen(process.env.BIND_HOST ?? '127.0.0.1')" }],
    { BIND_HOST: '0.0.0.0' },
  ],
  [
    'code that does',
    ['express', { start: 'node a.js' }, { 'a.js': "listen(process.env.HOST ?? '0.0.0.0')" }],
    {},
  ],
])('variables that let %s listen on all interfaces', (_, given, env) => {
  const { framework, hosts } = app(...given)
  expect({ ...framework?.env, ...hosts }).toEqual(env)
})

it.each([
  ['an empty list', { security: { allowedHosts: [] } }, ['NG_ALLOWED_HOSTS']],
  ['a list', { security: { allowedHosts: ['example.com'] } }, []],
  ['none, as before there was one', {}, []],
])('Angular with %s of hosts needs %j', (_, options, secrets) => {
  const angular = { projects: { app: { architect: { build: { options } } } } }
  expect(app('@angular/ssr', {}, { 'angular.json': angular }).framework?.secrets).toEqual(secrets)
})

it('Meteor is remarked where nothing builds it', () => {
  const codes = (scripts: Record<string, string>) =>
    app('meteor-node-stubs', scripts).findings.map(({ code }) => code)
  expect(codes({})).toEqual(['SW-FRAMEWORK-ADAPTER'])
  expect(codes({ build: 'meteor build .' })).toEqual([])
})

it('TanStack Start without a server is remarked, and with a start script it is not', () => {
  const codes = (scripts: Record<string, string>) =>
    app('@tanstack/react-start', scripts).findings.map(({ code }) => code)
  expect(codes({})).toEqual(['SW-FRAMEWORK-ADAPTER'])
  expect(codes({ start: 'node server.js' })).toEqual([])
})

it.each([
  ['next-auth', '5.0.0-beta.25', ['AUTH_SECRET'], { AUTH_TRUST_HOST: 'true' }],
  ['next-auth', '^4.24.8', ['NEXTAUTH_SECRET'], { AUTH_TRUST_HOST: 'true' }],
  ['next-auth', 'beta', ['AUTH_SECRET'], { AUTH_TRUST_HOST: 'true' }],
  ['@auth/express', '^0.12.0', ['AUTH_SECRET'], { AUTH_TRUST_HOST: 'true' }],
  ['better-auth', '^1.3.0', ['BETTER_AUTH_SECRET'], {}],
  ['nuxt-auth-utils', '^0.5.0', ['NUXT_SESSION_PASSWORD'], {}],
  ['passport', '^0.7.0', [], {}],
])('%s %s needs %j', (library, version, secrets, env) => {
  const found = scanned({ 'package.json': { dependencies: { express: '5.1.0', [library]: version } } })
  expect(found.framework).toMatchObject({ secrets, env })
})

it.each<[string, Parameters<typeof app>, string | null, string[]]>([
  [
    'Epic Stack',
    [
      '@react-router/node',
      {},
      { 'package.json': { 'epic-stack': {}, dependencies: { '@react-router/node': '7' } } },
    ],
    'Epic Stack',
    [],
  ],
  [
    'Indie Stack',
    [
      '@remix-run/node',
      {},
      { 'README.md': '# Remix Indie Stack\n', 'app/session.server.ts': 'process.env.SESSION_SECRET' },
    ],
    'Indie Stack',
    ['SESSION_SECRET'],
  ],
  [
    'Epic Stack by its README',
    [
      '@react-router/node',
      {},
      { 'README.md': '<div>\n<h1 align="center"><a href="x">The Epic Stack</a></h1>' },
    ],
    'Epic Stack',
    [],
  ],
  [
    'Blues Stack',
    ['@remix-run/node', {}, { 'README.md': '> archived\n\n# Remix Blues Stack\n' }],
    'Blues Stack',
    [],
  ],
  [
    'Shopify app',
    [
      '@remix-run/node @shopify/shopify-app-remix',
      {},
      { 'app/shopify.server.ts': 'process.env.SHOPIFY_API_KEY, process.env.SHOPIFY_API_SECRET' },
    ],
    'Shopify app',
    ['SHOPIFY_API_KEY', 'SHOPIFY_API_SECRET'],
  ],
  ['Shopify by its file', ['@react-router/node', {}, { 'shopify.app.toml': '' }], 'Shopify app', []],
  ['AdonisJS', ['@adonisjs/core', {}, { 'start/env.ts': 'APP_KEY: Env.schema.string()' }], null, ['APP_KEY']],
  ['a plain one', ['@remix-run/node'], null, []],
])('template and secrets: %s', (_, given, template, secrets) => {
  const { framework } = app(...given)
  expect([framework?.template, framework?.secrets]).toEqual([template, secrets])
})
