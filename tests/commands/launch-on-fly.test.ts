import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@decimalturn/toml-patch'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/command.ts'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { flyApp, onFly } from '../support/fly-app.ts'
import type { Faults, World } from '../support/flyctl/state.ts'
import { account } from '../support/flyctl.ts'
import { project } from '../support/project.ts'

const launch = 'launch --yes --now --region ams'

/** What there is in the account. */
const made = ({ apps }: World, name = 'logbook') => {
  const found = apps[name]
  return found
    ? {
        bucket: found.bucket !== null,
        secrets: Object.keys(found.secrets).sort(),
        volumes: found.volumes.map(({ name: volume, region, sizeGb }) => `${volume} ${region} ${sizeGb}GB`),
        machines: found.machines.map(({ state }) => state),
      }
    : null
}

const five = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'BUCKET_NAME',
]
const whole = {
  bucket: true,
  secrets: [...five, 'SESSION_SECRET'],
  volumes: ['data ams 1GB'],
  machines: ['started'],
}

const allTexts = (root: string): string =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('launch --now', () => {
  it('makes app, bucket, secrets and volume, deploys, and waits for the backup', async () => {
    const [root, fly] = [project(flyApp), account()]
    const { code, stdout, stderr } = await onFly(root, fly, launch)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(made(fly.world())).toEqual(whole)
    expect(stdout).toMatch(/^Address: +https:\/\/logbook\.fly\.dev$/m)
    expect(stdout).toMatch(/^Backup: +confirmed to p1$/m)
  })

  it('shows each command as it runs it', async () => {
    const [root, fly] = [project(flyApp), account()]
    const { stdout } = await onFly(root, fly, launch)
    expect(stdout.split('\n').filter((line) => line.startsWith('Running: '))).toEqual([
      'Running: fly apps create logbook --org personal',
      expect.stringMatching(/^Running: fly storage create --app logbook --name logbook-[0-9a-f]{8} --yes$/),
      'Running: fly secrets import --stage --app logbook',
      'Running: fly volumes create data --region ams --size 1 --snapshot-retention 5 --app logbook --yes',
      'Running: fly deploy --ha=false',
    ])
  })

  it('F38: no secret is in an argument, an output or a file', async () => {
    const [root, fly] = [project(flyApp), account()]
    const { stdout, stderr } = await onFly(root, fly, `${launch} --json`)
    const {
      AWS_REGION: _auto,
      AWS_ENDPOINT_URL_S3: _known,
      BUCKET_NAME: _ours,
      ...secrets
    } = fly.world().apps.logbook?.secrets ?? {}
    const seen = [stdout, stderr, JSON.stringify(fly.calls()), allTexts(root)].join('\n')
    for (const value of Object.values(secrets)) {
      expect(value.length).toBeGreaterThan(8)
      expect(seen).not.toContain(value)
    }
    expect(secrets.SESSION_SECRET).toMatch(/^[\w-]{43}$/)
  })

  it('--json prints that JSON alone', async () => {
    const [root, fly] = [project(flyApp), account()]
    const { stdout } = await onFly(root, fly, `${launch} --json`)
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      fly: {
        app: 'logbook',
        made: [
          { step: 'app', outcome: 'made', command: 'fly apps create logbook --org personal' },
          { step: 'bucket', outcome: 'made' },
          { step: 'secrets', outcome: 'made' },
          { step: 'volume', outcome: 'made' },
        ],
        release: {
          url: 'https://logbook.fly.dev',
          machine: { state: 'started', region: 'ams' },
          backup: { state: 'backed-up' },
        },
      },
    })
  })

  it('done twice, makes nothing twice and keeps the secrets', async () => {
    const [root, fly] = [project(flyApp), account()]
    await onFly(root, fly, launch)
    const before = fly.world().apps.logbook
    const { code, stdout } = await onFly(root, fly, `${launch} --json`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).fly.made.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(4).fill('there'),
    )
    expect(fly.world().apps.logbook?.secrets).toEqual(before?.secrets)
    expect(made(fly.world())).toEqual(whole)
  })

  it.each<[string, keyof Faults & string, 'before' | 'after' | 'nothing', string]>([
    ['the app, before it is made', 'apps create', 'before', 'SW-FLY-FAILED'],
    ['the app, with the answer lost', 'apps create', 'after', 'SW-FLY-FAILED'],
    ['F30: the bucket', 'storage create', 'before', 'SW-FLY-FAILED'],
    ['F30: the bucket, with the answer lost', 'storage create', 'after', 'SW-FLY-FAILED'],
    ['the bucket, without a word', 'storage create', 'nothing', 'SW-FLY-NOT-MADE'],
    ['the secrets', 'secrets import', 'before', 'SW-FLY-FAILED'],
    ['the secrets, with the answer lost', 'secrets import', 'after', 'SW-FLY-FAILED'],
    ['the volume', 'volumes create', 'before', 'SW-FLY-FAILED'],
    ['the volume, with the answer lost', 'volumes create', 'after', 'SW-FLY-FAILED'],
    ['the deployment', 'deploy', 'before', 'SW-FLY-FAILED'],
    ['the deployment, with the answer lost', 'deploy', 'after', 'SW-FLY-FAILED'],
  ])('stops at a failure of %s, and goes on from there', async (_, command, fault, code) => {
    const [root, fly] = [project(flyApp), account()]
    fly.fail({ [command]: fault })
    const stopped = await onFly(root, fly, launch)
    expect([stopped.code, stopped.error]).toEqual([1, code])
    expect(stopped.stderr).toMatch(/On Fly there is so far: [\s\S]*Run the same command again/)
    expect(fly.times(command)).toBe(1)
    if (command !== 'deploy') expect(fly.times('deploy')).toBe(0)
    fly.fail({})
    expect((await onFly(root, fly, launch)).code).toBe(0)
    expect(made(fly.world())).toEqual(whole)
    for (const each of ['apps create', 'storage create', 'secrets import', 'volumes create'])
      expect([each, fly.times(each)]).toEqual([each, each === command && fault !== 'after' ? 2 : 1])
  })

  it('--no-deploy leaves the deployment', async () => {
    const [root, fly] = [project(flyApp), account()]
    expect((await onFly(root, fly, `${launch} --no-deploy`)).code).toBe(0)
    expect(made(fly.world())).toEqual({ ...whole, machines: [] })
    expect((await onFly(root, fly, 'deploy')).code).toBe(0)
    expect(made(fly.world())).toEqual(whole)
  })

  it('without a backup makes no bucket, and waits for none', async () => {
    const [root, fly] = [project(flyApp), account()]
    expect((await onFly(root, fly, `${launch} --no-backup`)).code).toBe(0)
    expect(made(fly.world())).toEqual({ ...whole, bucket: false, secrets: ['SESSION_SECRET'] })
  })

  it('makes volume and machine as they were asked for', async () => {
    const [root, fly] = [project(flyApp), account()]
    await onFly(
      root,
      fly,
      `${launch} --volume-size 3 --volume-limit 20 --snapshot-retention 14 --vm-size shared-cpu-2x --memory 2gb`,
    )
    expect(fly.world().apps.logbook?.volumes).toMatchObject([{ sizeGb: 3, snapshotDays: 14 }])
    expect(parse(readFileSync(join(root, 'fly.toml'), 'utf8'))).toMatchObject({
      primary_region: 'ams',
      mounts: { initial_size: '3GB', auto_extend_size_limit: '20GB', snapshot_retention: 14 },
      vm: [{ size: 'shared-cpu-2x', memory: '2048mb' }],
    })
  })

  it('--app makes a second app with the same files', async () => {
    const [root, fly] = [project(flyApp), account()]
    await onFly(root, fly, launch)
    const toml = readFileSync(join(root, 'fly.toml'), 'utf8')
    expect((await onFly(root, fly, `${launch} --app logbook-staging`)).code).toBe(0)
    expect(made(fly.world(), 'logbook-staging')).toEqual(whole)
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toBe(toml)
  })

  it.each<[string, string, (world: World) => void, string | null, number]>([
    [
      'nobody is logged in',
      launch,
      (world) => {
        world.isLoggedIn = false
      },
      'SW-FLY-LOGGED-OUT',
      1,
    ],
    [
      'flyctl is too old',
      launch,
      (world) => {
        world.version = '0.1.99'
      },
      'SW-FLY-VERSION',
      1,
    ],
    ['a name is somebody else’s', `${launch} --name taken`, () => {}, 'SW-FLY-FAILED', 1],
    [
      'there are several organisations',
      launch,
      (world) => {
        world.orgs.acme = 'Acme'
      },
      'SW-FLY-ORG',
      1,
    ],
    [
      'one of them is named',
      `${launch} --org acme`,
      (world) => {
        world.orgs.acme = 'Acme'
      },
      null,
      0,
    ],
    ['no region is named', 'launch --yes --now', () => {}, 'SW-FLY-REGION', 1],
    ['it is no region of Fly', 'launch --yes --now --region xyz', () => {}, 'SW-FLY-FAILED', 1],
  ])('when %s', async (_, words, change, error, code) => {
    const [root, fly] = [project(flyApp), account()]
    fly.change(change)
    expect(await onFly(root, fly, words)).toMatchObject({ code, error })
    if (error && error !== 'SW-FLY-FAILED') expect(made(fly.world())).toBeNull()
  })

  it('says what to install, before anything is written', async () => {
    const root = project(flyApp)
    const ctx = fakeContext(root, {
      run: (command) => run({ ...command, env: { ...command.env, PATH: '/nowhere' } }),
    })
    expect(await main(launch.split(' '), ctx)).toBe(1)
    expect(ctx.stderr.join('\n')).toContain('SW-FLY-MISSING')
    expect(existsSync(join(root, 'fly.toml'))).toBe(false)
  })

  it('asks for keys that only the user knows', async () => {
    const files = {
      ...flyApp,
      'shopify.app.toml': 'client_id = ""',
      'server.js':
        'process.env.SESSION_SECRET + process.env.SHOPIFY_API_SECRET + process.env.SHOPIFY_API_KEY',
    }
    const [root, fly] = [project(files), account()]
    const { error, stderr } = await onFly(root, fly, launch)
    expect(error).toBe('SW-FLY-SECRETS-UNSET')
    expect(stderr).toContain('SHOPIFY_API_KEY, SHOPIFY_API_SECRET')
    fly.change(({ apps }) => {
      Object.assign(apps.logbook?.secrets ?? {}, { SHOPIFY_API_KEY: 'x', SHOPIFY_API_SECRET: 'y' })
    })
    expect((await onFly(root, fly, launch)).code).toBe(0)
  })
})
