import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/boot/settings.ts'
import { bucketSecrets } from '../../src/bucket/bucket.ts'

const options = { file: 'prisma/dev.db', volume: '/data' }
const read = (env: NodeJS.ProcessEnv, changes = {}) => readSettings({ ...options, ...changes }, '/app', env)

const secrets: Record<string, string> = {
  AWS_ACCESS_KEY_ID: 'id',
  AWS_ENDPOINT_URL_S3: 'https://store.example',
  AWS_REGION: 'auto',
  AWS_SECRET_ACCESS_KEY: 'the-secret',
  BUCKET_NAME: 'backups',
}

const subsets = Array.from({ length: 2 ** bucketSecrets.length }, (_, bits) =>
  bucketSecrets.filter((__, index) => bits & (1 << index)),
)

describe('the five secrets', () => {
  it.each(subsets.map((names) => [names.join(' ') || 'none', names] as const))('%s', (_, names) => {
    const env = Object.fromEntries(names.map((name) => [name, secrets[name]]))
    if (names.length === 0) expect(read(env).bucket).toBeNull()
    else if (names.length === 5) expect(read(env).bucket).toMatchObject({ kind: 's3', bucket: 'backups' })
    else {
      const missing = bucketSecrets.filter((name) => !names.includes(name))
      const error = caught(() => read(env))
      expect(error).toMatchObject({ code: 'SW-BUCKET-SECRETS', exitCode: 1 })
      expect(error.message).toContain(` ${missing.join(', ')} `)
      for (const name of names) expect(error.message).not.toContain(name)
      expect(JSON.stringify(error) + error.message).not.toContain('the-secret')
    }
  })

  it('count as missing when they are empty', () => {
    expect(() => read({ ...secrets, BUCKET_NAME: '' })).toThrow('BUCKET_NAME is missing')
  })

  it('are not looked at when a folder is the bucket, or no backup is wanted', () => {
    const directory = { kind: 'folder', directory: '/app/bucket' }
    expect(read({ BUCKET_NAME: 'b', SEAWORTHY_BUCKET_DIR: 'bucket' }).bucket).toEqual(directory)
    expect(read({ BUCKET_NAME: 'b' }, { backup: false }).bucket).toBeNull()
  })

  it.each([
    ['https://store.example', 'https://store.example'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['store.example', 'https://store.example'],
  ])('take the endpoint %s', (given, endpoint) => {
    expect(read({ ...secrets, AWS_ENDPOINT_URL_S3: given }).bucket).toMatchObject({ endpoint })
  })
})

describe('a variable', () => {
  it.each([
    ['SEAWORTHY_LEASE_TTL', 'soon'],
    ['SEAWORTHY_LEASE_TTL', '0'],
    ['SEAWORTHY_LEASE_TTL', '-1'],
    ['SEAWORTHY_STOP_TIMEOUT', 'Infinity'],
    ['SEAWORTHY_LOCK_WAIT', '1s'],
    ['SEAWORTHY_BUCKET_WAIT', 'long'],
    ['SEAWORTHY_RECONCILE', 'both'],
    ['SEAWORTHY_LOG', 'xml'],
    ['AWS_ENDPOINT_URL_S3', 'https://'],
  ])('%s=%s is refused by name, without its value', (name, value) => {
    const error = caught(() => read({ ...secrets, [name]: value }))
    expect(error).toMatchObject({ code: 'SW-ENV', exitCode: 1 })
    expect(error.message).toContain(name)
  })

  it.each([
    [
      {},
      { leaseTtl: 30, stopTimeout: 20, lockWait: 30, bucketWait: 60, reconcile: 'refuse', logFormat: 'text' },
    ],
    [
      { SEAWORTHY_LEASE_TTL: '2.5', SEAWORTHY_RECONCILE: 'keep' },
      { leaseTtl: 2.5, reconcile: 'keep' },
    ],
    [{ SEAWORTHY_LEASE_TTL: '' }, { leaseTtl: 30 }],
    [{}, { volume: '/data', isVolumeGiven: false, isEphemeral: false }],
    [{ SEAWORTHY_VOLUME: 'here' }, { volume: '/app/here', isVolumeGiven: true }],
    [{ SEAWORTHY_EPHEMERAL: '1' }, { isEphemeral: true }],
    [{ SEAWORTHY_EPHEMERAL: '0' }, { isEphemeral: false }],
    [{}, { role: 'app' }],
    [{ RELEASE_COMMAND: '1' }, { role: 'aside' }],
    [{ FLY_PROCESS_GROUP: 'app' }, { role: 'app' }],
    [{ FLY_PROCESS_GROUP: 'fly_app_console' }, { role: 'aside' }],
    [{ FLY_PROCESS_GROUP: 'fly_app_release_command' }, { role: 'aside' }],
  ])('%j gives %j', (env, settings) => {
    expect(read(env)).toMatchObject(settings)
  })
})

const caught = (work: () => unknown): Error => {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it was not refused')
}
