import { describe, expect, it } from 'vitest'
import { envExample } from '../../src/generate/compose-env.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { planTable } from '../../src/terminal/plan-table.ts'
import { database, framework, prisma, profile } from '../support/profile.ts'

const bucket = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'BUCKET_NAME',
]

const checking = (...names: string[]): Partial<AppProfile> => ({
  variables: { names, skippedBy: null },
  sources: { variables: 'src/env.ts' },
})

const withFiles = (files: object): PlanOptions => ({
  files: { dockerfile: null, flyToml: null, packageJson: null, present: [], ...files },
})

describe('what is the user’s to set', () => {
  it.each<[string, Partial<AppProfile>, PlanOptions, string[]]>([
    ['nothing', {}, {}, []],
    ['what the framework wants', { framework: framework({ secrets: ['A_SECRET'] }) }, {}, ['A_SECRET']],
    [
      'what the code checks, once',
      { framework: framework({ secrets: ['A'] }), ...checking('A', 'B') },
      {},
      ['A', 'B'],
    ],
    ['not what the host sets', checking('NODE_ENV', 'PORT', 'HOST', 'A'), {}, ['A']],
    [
      'not the url of the database',
      {
        ...checking('DATABASE_URL', 'A'),
        prisma: prisma({ databases: [database('dev.db', 'DATABASE_URL')] }),
      },
      {},
      ['A'],
    ],
    ['not the five of the bucket', checking(...bucket, 'A'), {}, ['A']],
    ['these too where nothing is backed up', checking(...bucket), { backup: false }, bucket],
    ['not what the image has', checking('A', 'B'), { dockerfile: { envs: { deploy: { A: '1' } } } }, ['B']],
    ['not what fly.toml has', checking('A', 'B'), withFiles({ flyToml: '[env]\nA = "1"\n' }), ['B']],
    [
      'not what a Dockerfile of the user has',
      checking('A', 'B'),
      withFiles({ dockerfile: 'FROM node\nENV A="1"\nCMD ["node", "x"]\n' }),
      ['B'],
    ],
  ])('%s', (_, changes, options, names) => {
    expect(buildPlan(profile(changes), options).secrets).toEqual(names)
  })
})

const plan = buildPlan(profile(checking('AUTH_SECRET', 'APP_URL')), { target: 'compose' })

it('stands in the plan', () => {
  expect(planTable(plan, false)).toMatch(/To set: +AUTH_SECRET, APP_URL +\(src\/env\.ts\)/)
})

it('is to be filled in for compose', () => {
  if (plan.compose === null) throw new Error('no compose')
  expect(envExample(plan, plan.compose)).toMatch(/\nAUTH_SECRET=\nAPP_URL=\n$/)
})

it('can be left out while the app is built, where the app has a variable for that', () => {
  const changes = { variables: { names: ['A'], skippedBy: 'SKIP_ENV_VALIDATION' } }
  expect(buildPlan(profile(changes)).image.buildEnv).toEqual({ SKIP_ENV_VALIDATION: 'true' })
})
