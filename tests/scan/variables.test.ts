import { expect, it } from 'vitest'
import type { ProjectFiles } from '../support/project.ts'
import { scanned } from './scanned.ts'

const t3 = (more: string): string => `import { createEnv } from '@t3-oss/env-nextjs'
export const env = createEnv({
  server: {
    AUTH_SECRET: process.env.NODE_ENV === 'production' ? z.string() : z.string().optional(),
    AUTH_DISCORD_ID: z.string(),
    SENTRY_DSN: z.string().optional(),
    NODE_ENV: z.enum(['development', 'production']).default('development'),
  },
  client: {},${more}
})
`

it.each<[string, ProjectFiles, string[], string | null]>([
  [
    't3-env',
    { 'src/env.js': t3('\n  skipValidation: !!process.env.SKIP_ENV_VALIDATION,') },
    ['AUTH_SECRET', 'AUTH_DISCORD_ID'],
    'SKIP_ENV_VALIDATION',
  ],
  ['t3-env that is never skipped', { 'src/env.mjs': t3('') }, ['AUTH_SECRET', 'AUTH_DISCORD_ID'], null],
  [
    'AdonisJS',
    {
      'start/env.ts': `import { Env } from '@adonisjs/core/env'
export default await Env.create(new URL('../', import.meta.url), {
  APP_KEY: Env.schema.secret(),
  LOG_LEVEL: Env.schema.string(),
  SENTRY_DSN: Env.schema.string.optional(),
  DRIVER: Env.schema.enum.optional(['cookie'] as const),
})`,
    },
    ['APP_KEY', 'LOG_LEVEL'],
    null,
  ],
  [
    'a schema with a name',
    {
      'app/utils/env.server.ts': `const schema = z.object({ SESSION_SECRET: z.string(), GITHUB_TOKEN: z.string().optional() })
export function init() { const parsed = schema.safeParse(process.env) }`,
    },
    ['SESSION_SECRET'],
    null,
  ],
  [
    'a schema at once',
    {
      'src/env.ts':
        "export const env = z.object({ A_KEY: z.string(), B: z.string().catch('') }).parse(process.env)",
    },
    ['A_KEY'],
    null,
  ],
  [
    'envalid',
    { 'src/env.ts': 'export const env = cleanEnv(process.env, { A: str(), B: port({ default: 3000 }) })' },
    ['A'],
    null,
  ],
])('what the app does not start without: %s', (_, files, names, skippedBy) => {
  expect(scanned(files).variables).toEqual({ names, skippedBy })
})

it.each<[string, ProjectFiles]>([
  ['nothing is checked', { 'src/env.ts': 'export const port = process.env.PORT' }],
  ['all can be left out', { 'src/env.ts': 'z.object({ A: z.string().optional() }).parse(process.env)' }],
  ['another object is parsed', { 'src/input.ts': 'z.object({ A: z.string() }).parse(request.body)' }],
  ['a test does it', { 'src/env.test.ts': 'z.object({ A: z.string() }).parse(process.env)' }],
])('no variables where %s', (_, files) => {
  expect(scanned(files).variables).toBeNull()
})
