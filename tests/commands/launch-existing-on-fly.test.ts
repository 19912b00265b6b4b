import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flyApp, onFly } from '../support/fly-app.ts'
import { account, launchedApp } from '../support/flyctl.ts'
import { project } from '../support/project.ts'

const launch = 'launch --yes --now --region ams'

const five = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'BUCKET_NAME',
]

describe('an app that is on Fly already', () => {
  const toml =
    'app = "logbook"\nprimary_region = "iad"\n\n[mounts]\n  source = "sqlite"\n  destination = "/data"\n'

  it.each([
    ['with volume and bucket', { volume: 'sqlite', bucket: true }, toml],
    ['with a bare volume', { volume: 'sqlite', bucket: false }, toml],
    ['F28: with a machine and no volume', { volume: null, bucket: true }, 'app = "logbook"\n'],
  ])('by `fly launch`, %s, is completed and keeps what it has', async (_, had, flyToml) => {
    const [root, fly] = [project({ ...flyApp, 'fly.toml': flyToml }), account()]
    const before = launchedApp(had)
    fly.change(({ apps }) => {
      apps.logbook = before
    })
    const { code, stderr } = await onFly(root, fly, 'launch --yes --now')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(fly.times('apps create')).toBe(0)
    expect(fly.times('storage create')).toBe(had.bucket ? 0 : 1)
    const after = fly.world().apps.logbook
    expect(after?.volumes).toHaveLength(1)
    if (had.volume) expect(after?.volumes).toEqual(before.volumes)
    else expect(after?.volumes).toMatchObject([{ name: 'data', region: 'iad' }])
    expect(after?.secrets).toMatchObject(before.secrets)
  })

  it('is another one until it is said that it is this one', async () => {
    const [root, fly] = [project(flyApp), account()]
    fly.change(({ apps }) => {
      apps.logbook = launchedApp({ volume: 'data', bucket: true })
    })
    for (const words of [launch, launch])
      expect(await onFly(root, fly, words)).toMatchObject({ code: 1, error: 'SW-FLY-APP-TAKEN' })
    expect(fly.times('deploy')).toBe(0)
    expect((await onFly(root, fly, `${launch} --adopt`)).code).toBe(0)
    expect(fly.times('apps create')).toBe(0)
  })

  it('with two machines is refused', async () => {
    const [root, fly] = [project({ ...flyApp, 'fly.toml': toml }), account()]
    fly.change(({ apps }) => {
      const [first, second] = ['sqlite', 'sqlite'].map((volume) => launchedApp({ volume, bucket: true }))
      if (first && second) apps.logbook = { ...first, machines: [...first.machines, ...second.machines] }
    })
    expect(await onFly(root, fly, 'launch --yes --now')).toMatchObject({
      code: 1,
      error: 'SW-FLY-SEVERAL-MACHINES',
      stderr: expect.stringContaining('fly scale count app=1 --app logbook'),
    })
  })

  it.each([
    ['a bucket without its secrets', five],
    ['a part of the secrets', ['BUCKET_NAME']],
  ])('with %s is no app with a backup', async (_, lost) => {
    const [root, fly] = [project({ ...flyApp, 'fly.toml': toml }), account()]
    const half = launchedApp({ volume: 'sqlite', bucket: true })
    for (const name of lost) delete half.secrets[name]
    fly.change(({ apps }) => {
      apps.logbook = half
    })
    expect(await onFly(root, fly, 'launch --yes --now')).toMatchObject({
      code: 1,
      error: 'SW-FLY-BUCKET-SECRETS',
    })
    expect(fly.times('deploy')).toBe(0)
  })

  it('has a record that cannot be read', async () => {
    const [root, fly] = [project({ ...flyApp, '.seaworthy/launch.json': '{"version":' }), account()]
    expect(await onFly(root, fly, launch)).toMatchObject({ code: 1, error: 'SW-LAUNCH-RECORD' })
    writeFileSync(join(root, '.seaworthy/launch.json'), '{"version":1}')
    expect((await onFly(root, fly, launch)).code).toBe(0)
  })
})
