import { describe, expect, it } from 'vitest'
import { buildPlan } from '../../src/plan/plan.ts'
import type { DatabasePlan } from '../../src/plan/plan-types.ts'
import { chosenBucket } from '../../src/platforms/local/backup.ts'
import { machineEnvironment } from '../../src/platforms/local/environment.ts'
import { localPaths } from '../../src/platforms/local/paths.ts'
import { database, prisma, profile } from '../support/profile.ts'
import { project } from '../support/project.ts'

const secrets = {
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:7070',
  AWS_REGION: 'auto',
  BUCKET_NAME: 'backups',
}

const environmentOf = (
  files: Parameters<typeof project>[0],
  env: NodeJS.ProcessEnv,
  opened = database('prisma/dev.db', 'DATABASE_URL'),
): NodeJS.ProcessEnv => {
  const root = project(files)
  const paths = localPaths(root)
  const backup = { bucket: chosenBucket(paths, env), litestream: '/bin/litestream' }
  return machineEnvironment({ root, paths, database: databasePlan(opened), port: 4000, backup }, env)
}

const databasePlan = (opened: ReturnType<typeof database>): DatabasePlan => {
  const plan = buildPlan(profile({ prisma: prisma({ databases: [opened] }) }))
  if (plan.database === null) throw new Error('no database')
  return plan.database
}

describe('machineEnvironment', () => {
  it.each([
    ['the caller', {}, { COLOR: 'red' }, { COLOR: 'red' }],
    ['.env', { '.env': 'COLOR="blue"' }, {}, { COLOR: 'blue' }],
    ['the caller before .env', { '.env': 'COLOR=blue' }, { COLOR: 'red' }, { COLOR: 'red' }],
    [
      'no database url of .env',
      { '.env': 'DATABASE_URL=file:/home/me/dev.db' },
      {},
      { DATABASE_URL: undefined },
    ],
    [
      'no database url of the caller',
      {},
      { DATABASE_URL: 'file:/home/me/dev.db' },
      { DATABASE_URL: undefined },
    ],
    [
      'what a machine must have',
      {},
      { PORT: '1', HOST: '::' },
      { PORT: '4000', HOST: '127.0.0.1', NODE_ENV: 'production' },
    ],
    ['whoever deploys it as its user', {}, {}, { SEAWORTHY_USER: '0:0' }],
    ['the user that was asked for', {}, { SEAWORTHY_USER: 'ada' }, { SEAWORTHY_USER: 'ada' }],
    ['a short lease', {}, {}, { SEAWORTHY_LEASE_TTL: '5' }],
    ['the lease that was asked for', {}, { SEAWORTHY_LEASE_TTL: '9' }, { SEAWORTHY_LEASE_TTL: '9' }],
    [
      'the folder without the secrets, and Litestream',
      {},
      { BUCKET_NAME: '' },
      {
        SEAWORTHY_BUCKET_DIR: expect.stringMatching(/local\/bucket$/),
        SEAWORTHY_LITESTREAM: '/bin/litestream',
      },
    ],
    [
      'no folder beside the five secrets',
      {},
      { ...secrets, SEAWORTHY_BUCKET_DIR: '/x' },
      { SEAWORTHY_BUCKET_DIR: undefined },
    ],
    ['no secrets of .env', { '.env': 'BUCKET_NAME=production' }, {}, { BUCKET_NAME: undefined }],
    [
      "no engine of this computer's",
      {},
      { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
      { PRISMA_SCHEMA_ENGINE_BINARY: undefined },
    ],
  ])('gives %s', (_, files, env, expected) => {
    const found = environmentOf(files, env)
    const names = Object.keys(expected)
    expect(Object.fromEntries(names.map((name) => [name, found[name]]))).toEqual(expected)
  })

  it('leads an absolute url to the volume', () => {
    const env = environmentOf({}, {}, database('/data/app.db', 'DATABASE_URL'))
    expect(env.DATABASE_URL).toBe(`file:${env.SEAWORTHY_VOLUME}/app.db`)
  })
})

it('gives neither bucket nor Litestream to an app without backups', () => {
  const root = project({})
  const env = { SEAWORTHY_BUCKET_DIR: '/x', SEAWORTHY_LITESTREAM: '/y' }
  const input = {
    root,
    paths: localPaths(root),
    database: databasePlan(database('dev.db')),
    port: 1,
    backup: null,
  }
  expect(machineEnvironment(input, env)).toMatchObject({
    SEAWORTHY_BUCKET_DIR: undefined,
    SEAWORTHY_LITESTREAM: undefined,
  })
})

describe('chosenBucket', () => {
  it.each(Object.keys(secrets))('is none with some of the secrets: without %s', (name) => {
    expect(() => chosenBucket(localPaths('/app'), { ...secrets, [name]: '' })).toThrow(
      expect.objectContaining({ code: 'SW-BUCKET-SECRETS', message: expect.stringContaining(name) }),
    )
  })

  it('shows the bucket and where it is, and no key', () => {
    expect(chosenBucket(localPaths('/app'), secrets)).toEqual({
      kind: 's3',
      location: 's3://backups at http://127.0.0.1:7070',
    })
  })
})
