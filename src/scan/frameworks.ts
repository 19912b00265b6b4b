import type { AppPackage } from './app-package.ts'
import { dependencyRange } from './app-package.ts'
import { type Fact, fact } from './fact.ts'

export interface Framework {
  name: string
  /** Any of these dependencies tells it. */
  packages: string[]
  /** TCP port it listens on when nothing is said. */
  port: number
  /** How its build is started, when package.json has no start script. */
  start: string | null
}

/** The first that fits wins: what builds on another framework stands before it. */
export const frameworks: Framework[] = [
  { name: 'Next.js', packages: ['next'], port: 3000, start: 'npx next start' },
  {
    name: 'React Router',
    packages: ['@react-router/dev', '@react-router/serve', '@react-router/node'],
    port: 3000,
    start: 'npx react-router-serve ./build/server/index.js',
  },
  {
    name: 'Remix',
    packages: ['@remix-run/dev', '@remix-run/serve', '@remix-run/node'],
    port: 3000,
    start: 'npx remix-serve ./build/server/index.js',
  },
  { name: 'SvelteKit', packages: ['@sveltejs/kit'], port: 3000, start: 'node build' },
  { name: 'Nuxt', packages: ['nuxt', 'nuxt3'], port: 3000, start: 'node .output/server/index.mjs' },
  { name: 'Astro', packages: ['astro'], port: 4321, start: 'node ./dist/server/entry.mjs' },
  { name: 'NestJS', packages: ['@nestjs/core'], port: 3000, start: 'node dist/main' },
  { name: 'AdonisJS', packages: ['@adonisjs/core'], port: 3333, start: 'node build/bin/server.js' },
  { name: 'Hono', packages: ['hono'], port: 3000, start: null },
  { name: 'Fastify', packages: ['fastify'], port: 3000, start: null },
  { name: 'Koa', packages: ['koa'], port: 3000, start: null },
  { name: 'Express', packages: ['express'], port: 3000, start: null },
]

/** The app's framework; null for plain Node. */
export const findFramework = (app: AppPackage): Fact<Framework & { package: string }> | null => {
  for (const framework of frameworks) {
    for (const name of framework.packages) {
      const range = dependencyRange(app, name)
      if (range) return fact({ ...framework, package: name }, range.from)
    }
  }
  return null
}
