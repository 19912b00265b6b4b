import { expect, it } from 'vitest'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile, Finding } from '../../src/scan/profile.ts'
import { database, framework, prisma, profile } from '../support/profile.ts'

const findings = (changes: Partial<AppProfile>, options: PlanOptions = {}): Finding[] =>
  buildPlan(profile(changes), options).findings

const own: PlanOptions = {
  files: { dockerfile: 'FROM node\nCMD ["node", "x"]', flyToml: null, packageJson: null, present: [] },
}

const cli = (group: 'dependencies' | 'devDependencies' | null) => ({
  prisma: prisma({ cli: { group, calledBy: 'package.json#scripts.start' } }),
})
const targets = (binaryTargets: string[], version = '6.19.3', engineType: string | null = null) => ({
  prisma: prisma({
    version,
    generators: [{ provider: 'prisma-client-js', output: null, binaryTargets, engineType }],
  }),
})
const file = (name: string) => ({ prisma: prisma({ databases: [database(name)] }) })
const url = (env: string | null, from: string) => ({
  prisma: prisma({ databases: [{ ...database('prisma/dev.db', env), from }] }),
})
const built = framework({ outputs: ['.next'] })

it.each<[Finding['code'] | null, string, Partial<AppProfile>, PlanOptions?]>([
  ['SW-PRISMA-PRUNED', 'a development dependency', cli('devDependencies')],
  ['SW-PRISMA-PRUNED', 'no dependency', cli(null)],
  [
    'SW-PRISMA-PRUNED',
    'an image without node_modules',
    { ...cli('dependencies'), framework: framework({ output: 'standalone' }) },
  ],
  [null, 'a dependency', cli('dependencies')],
  [null, 'nothing known of the image', cli('devDependencies'), own],
  ['SW-BINARY-TARGETS', 'another OpenSSL', targets(['debian-openssl-1.1.x'])],
  ['SW-BINARY-TARGETS', 'another system', targets(['linux-musl-openssl-3.0.x'])],
  ['SW-BINARY-TARGETS', 'another OpenSSL in your own', targets(['rhel-openssl-1.0.x']), own],
  [null, 'the image among them', targets(['rhel-openssl-1.0.x', 'debian-openssl-3.0.x'])],
  [null, 'what builds it', targets(['native'])],
  [null, 'either system in your own', targets(['linux-musl-openssl-3.0.x']), own],
  [null, 'no engine', targets(['debian-openssl-1.1.x'], '6.19.3', 'client')],
  [null, 'Prisma 7', targets(['debian-openssl-1.1.x'], '^7.1.0')],
  ['SW-DATABASE-IN-BUILD', 'a common folder', file('dist/dev.db')],
  ['SW-DATABASE-IN-BUILD', "the framework's folder", { ...file('.next/dev.db'), framework: built }],
  [null, 'a folder with a longer name', file('builds/dev.db')],
  ['SW-URL-DOTENV', '.env', url('DATABASE_URL', '.env#DATABASE_URL')],
  ['SW-URL-DOTENV', '.env beside the schema', url('DATABASE_URL', 'prisma/.env#DATABASE_URL')],
  [null, 'a default in the source', url('DATABASE_URL', 'prisma.config.ts:9')],
  [null, 'no variable', url(null, 'prisma/schema.prisma:8')],
  ['SW-YARN-PNP', 'no linker', { packageManager: { name: 'yarn', version: '4', linker: 'pnp' } }],
  [null, 'node_modules', { packageManager: { name: 'yarn', version: '4', linker: 'node-modules' } }],
  ['SW-STATIC-SITE', 'no server', { framework: framework({ output: 'static' }), start: null }],
  [null, 'a Dockerfile with one', { framework: framework({ output: 'static' }), start: null }, own],
])('%s with %s', (code, _, changes, options) => {
  // What is missing in a Dockerfile of one's own is told elsewhere.
  const found = findings(changes, options).filter((finding) => !finding.code.startsWith('SW-DOCKERFILE-'))
  expect(found.map((finding) => finding.code)).toEqual(code === null ? [] : [code])
})

it('does not say twice that Prisma is not here', () => {
  const elsewhere: Finding = { level: 'error', code: 'SW-PRISMA-ELSEWHERE', what: '', next: '' }
  expect(findings({ prisma: null, findings: [elsewhere] })).toEqual([elsewhere])
})

it('names the variable, its file, and what to set', () => {
  expect(findings(url('DATABASE_URL', '.env#DATABASE_URL'))).toMatchObject([
    {
      level: 'warning',
      what: expect.stringContaining('DATABASE_URL is set in .env alone'),
      next: expect.stringContaining('DATABASE_URL = "file:/data/dev.db"'),
    },
  ])
})

it('names the databases that are not kept', () => {
  const databases = [database('a.db'), database('b.db'), database('c.db')]
  expect(findings({ prisma: prisma({ databases }) })[0]?.what).toMatch(/only a\.db is kept, not b\.db, c\.db/)
  const split: Finding = { level: 'warning', code: 'SW-DATABASE-TWO-FILES', what: '', next: '' }
  const rest = findings({ prisma: prisma({ databases }), findings: [split] })
  expect(rest[1]?.what).toMatch(/only a\.db is kept, not c\.db/)
})
