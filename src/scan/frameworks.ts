import {
  adapterBuild,
  angularBuild,
  astroBuild,
  compiledBuild,
  gatsbyBuild,
  meteorBuild,
  nextBuild,
  nuxtBuild,
  reactRouterBuild,
  remixBuild,
  tanstackBuild,
  viteBuild,
} from './framework-builds.ts'
import type { FindBuild } from './framework-config.ts'

export interface Framework {
  name: string
  /** Any of these dependencies tells it. */
  packages: string[]
  /** … where this file is there too. */
  file?: string
  /** TCP port it listens on when nothing is said. */
  port: number
  /** How its build is started, when package.json has no start script for that. */
  start: string | null
  /** Folders that its build makes. */
  outputs: string[]
  /** Variables that let its server listen on all interfaces. */
  env?: Record<string, string>
  /** Variables to be set as secrets, where the app's source names them. */
  secrets?: string[]
  /** Start scripts that do not start what was built. */
  unfit?: RegExp
  /** What its configuration changes of all that. */
  build?: FindBuild
}

const onAllHosts = { HOST: '0.0.0.0' }

/** The first that fits wins: what builds on another framework stands before it. Plain Node and Bun have no row. */
export const frameworks: Framework[] = [
  {
    name: 'Next.js',
    packages: ['next'],
    port: 3000,
    start: 'npx next start',
    outputs: ['.next'],
    unfit: /\bnext dev\b/,
    build: nextBuild,
  },
  {
    name: 'TanStack Start',
    packages: ['@tanstack/react-start', '@tanstack/solid-start', '@tanstack/start'],
    port: 3000,
    start: 'node .output/server/index.mjs',
    outputs: ['.output'],
    unfit: /\b(?:vite|vinxi)\b/,
    build: tanstackBuild,
  },
  {
    name: 'React Router',
    packages: ['@react-router/dev', '@react-router/serve', '@react-router/node'],
    port: 3000,
    start: 'npx react-router-serve ./build/server/index.js',
    outputs: ['build'],
    secrets: ['SESSION_SECRET'],
    unfit: /\breact-router dev\b/,
    build: reactRouterBuild,
  },
  {
    name: 'Remix',
    packages: ['@remix-run/dev', '@remix-run/serve', '@remix-run/node'],
    port: 3000,
    start: 'npx remix-serve ./build/server/index.js',
    outputs: ['build'],
    secrets: ['SESSION_SECRET'],
    unfit: /\bremix (?:vite:)?dev\b/,
    build: remixBuild,
  },
  {
    name: 'SvelteKit',
    packages: ['@sveltejs/kit'],
    port: 3000,
    start: 'node build',
    outputs: ['build'],
    unfit: /\bvite\b/,
    build: adapterBuild,
  },
  {
    name: 'Nuxt',
    packages: ['nuxt', 'nuxt3'],
    port: 3000,
    start: 'node .output/server/index.mjs',
    outputs: ['.output'],
    env: { NITRO_HOST: '0.0.0.0' },
    unfit: /\b(?:nuxt|nuxi) (?:dev|preview|start)\b/,
    build: nuxtBuild,
  },
  {
    name: 'Astro',
    packages: ['astro'],
    port: 4321,
    start: 'node ./dist/server/entry.mjs',
    outputs: ['dist'],
    env: onAllHosts,
    unfit: /\bastro\b/,
    build: astroBuild,
  },
  {
    name: 'Angular',
    packages: ['@angular/ssr', '@angular/core'],
    port: 4000,
    start: null,
    outputs: ['dist'],
    unfit: /\bng\b/,
    build: angularBuild,
  },
  {
    name: 'Gatsby',
    packages: ['gatsby'],
    port: 9000,
    start: null,
    outputs: ['public'],
    unfit: /\bgatsby\b/,
    build: gatsbyBuild,
  },
  {
    name: 'Meteor',
    packages: ['meteor-node-stubs'],
    port: 3000,
    start: 'node bundle/main.js',
    outputs: ['bundle'],
    secrets: ['MONGO_URL', 'ROOT_URL'],
    unfit: /\bmeteor\b/,
    build: meteorBuild,
  },
  {
    name: 'NestJS',
    packages: ['@nestjs/core'],
    port: 3000,
    start: 'node dist/main',
    outputs: ['dist'],
    unfit: /\bnest start\b/,
  },
  {
    name: 'AdonisJS',
    packages: ['@adonisjs/core'],
    port: 3333,
    start: 'node build/bin/server.js',
    outputs: ['build'],
    env: onAllHosts,
    secrets: ['APP_KEY'],
    unfit: /\bace serve\b|\bnode (?:\.\/)?(?:bin\/)?server(?:\.js)?$/,
  },
  ...Object.entries({
    Elysia: 'elysia',
    Hono: 'hono',
    Fastify: 'fastify',
    Koa: 'koa',
    hapi: '@hapi/hapi',
    Express: 'express',
  }).map(([name, dependency]) => ({
    name,
    packages: [dependency],
    port: 3000,
    start: null,
    outputs: [],
    build: compiledBuild,
  })),
  {
    name: 'Vite',
    packages: ['vite'],
    file: 'index.html',
    port: 4173,
    start: null,
    outputs: ['dist'],
    unfit: /\bvite\b/,
    build: viteBuild,
  },
]
