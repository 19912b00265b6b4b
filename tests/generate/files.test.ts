import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { generate } from '../../src/generate/generate.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { database, prisma, profile } from '../support/profile.ts'

const filesOf = (changes: Partial<AppProfile> = {}, options: PlanOptions = {}): Record<string, string> =>
  Object.fromEntries(
    generate(buildPlan(profile(changes), options)).map(({ path, contents }) => [path, contents]),
  )

const own = (dockerfile: string): PlanOptions => ({
  files: { dockerfile, flyToml: null, packageJson: null, present: [] },
})

describe('which files', () => {
  it.each<[string, Partial<AppProfile>, PlanOptions, string[]]>([
    [
      'a new app',
      {},
      {},
      ['Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'litestream.yml', 'fly.toml'],
    ],
    [
      'F37: without a backup',
      {},
      { backup: false },
      ['Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'fly.toml'],
    ],
    [
      'a Dockerfile of its own',
      {},
      own('FROM node\nCMD ["x"]'),
      ['.dockerignore', 'dbsetup.js', 'litestream.yml', 'fly.toml'],
    ],
    ['no database', { prisma: null }, {}, ['Dockerfile', '.dockerignore', 'fly.toml']],
  ])('%s', (_, changes, options, paths) => {
    expect(Object.keys(filesOf(changes, options))).toEqual(paths)
  })

  it('the start script can be run, the others cannot', () => {
    const modes = generate(buildPlan(profile())).map(({ path, mode }) => [path, mode.toString(8)])
    expect(modes.filter(([, mode]) => mode !== '644')).toEqual([['docker-entrypoint.js', '755']])
  })

  it('hold no secret', () => {
    expect(Object.values(filesOf()).join()).not.toMatch(/ACCESS_KEY/)
  })
})

describe('litestream.yml', () => {
  it.each([
    ['prisma/dev.db', '/data/dev.db', 'litestream/dev.db$SEAWORTHY_TIMELINE'],
    ['/data/my db #1.db', '/data/my db #1.db', 'litestream/my db #1.db$SEAWORTHY_TIMELINE'],
  ])('of %s', (file, path, backup) => {
    const text = filesOf({ prisma: prisma({ databases: [database(file)] }) })['litestream.yml'] ?? ''
    expect(parseYaml(text)).toMatchObject({
      dbs: [{ path, replicas: [{ path: backup, bucket: '$BUCKET_NAME' }] }],
    })
  })
})

it('the command in litestream.yml can be typed, whatever the name of the file', () => {
  const text = filesOf({ prisma: prisma({ databases: [database('/data/my db.db')] }) })['litestream.yml']
  expect(text).toContain("litestream restore -config litestream.yml '/data/my db.db'\n")
})
