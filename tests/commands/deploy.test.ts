import { describe, expect, it } from 'vitest'
import { flyApp, onFly } from '../support/fly-app.ts'
import type { App, Faults, World } from '../support/flyctl/state.ts'
import { account } from '../support/flyctl.ts'
import { project } from '../support/project.ts'

/** The app as `launch --now` has left it. */
const launched = async () => {
  const [root, fly] = [project(flyApp), account()]
  expect((await onFly(root, fly, 'launch --yes --now --region ams')).code).toBe(0)
  const theApp = (): App => fly.world().apps.logbook as App
  const change = (edit: (app: App) => void) => fly.change((world) => edit(world.apps.logbook as App))
  return { root, fly, theApp, change }
}

const loseMachine = (world: App): void => {
  world.machines = []
}
const loseBoth = (world: App): void => {
  world.machines = []
  world.volumes = []
}

describe('deploy', () => {
  it('replaces what runs, waits for the backup of the new start, and prints what runs', async () => {
    const { root, fly } = await launched()
    const { code, stdout, stderr } = await onFly(root, fly, 'deploy --json')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      app: 'logbook',
      made: [{ step: 'volume', outcome: 'there' }],
      url: 'https://logbook.fly.dev',
      machine: { state: 'started', region: 'ams' },
      backup: { state: 'backed-up', confirmed: { position: 'p2' } },
    })
    expect(stderr).toContain('==> Building image')
  })

  it('creates nothing and asks for no account: a token of the app will do', async () => {
    const { root, fly } = await launched()
    const before = fly.calls().length
    await onFly(root, fly, 'deploy')
    const called = fly
      .calls()
      .slice(before)
      .map(({ argv }) => argv.join(' '))
    expect(called.filter((line) => /^(auth|orgs|apps|storage) |^volumes create/.test(line))).toEqual([])
  })

  it.each<[string, (app: App) => void, string[]]>([
    ['after the machine was lost', loseMachine, ['data ams']],
    ['after machine and volume were lost', loseBoth, ['data ams']],
  ])('%s', async (_, lose, volumes) => {
    const { root, fly, theApp, change } = await launched()
    change(lose)
    expect((await onFly(root, fly, 'deploy')).code).toBe(0)
    expect(theApp().machines).toMatchObject([{ state: 'started' }])
    expect(theApp().volumes.map(({ name, region }) => `${name} ${region}`)).toEqual(volumes)
  })

  it('wakes a machine that slept, so that its migrations are applied', async () => {
    const { root, fly, theApp, change } = await launched()
    change(({ machines: [machine] }) => Object.assign(machine ?? {}, { state: 'stopped' }))
    expect((await onFly(root, fly, 'deploy')).code).toBe(0)
    expect(theApp().machines).toMatchObject([{ state: 'started', starts: 2 }])
  })

  it.each<[string, (app: App) => void, Faults, string, number]>([
    [
      'no bucket',
      (world) => {
        world.secrets = { SESSION_SECRET: 'x' }
        world.bucket = null
      },
      {},
      'SW-DEPLOY-UNFINISHED',
      1,
    ],
    [
      'a secret that is missing',
      (world) => {
        delete world.secrets.SESSION_SECRET
      },
      {},
      'SW-DEPLOY-UNFINISHED',
      1,
    ],
    [
      'a part of the bucket’s secrets',
      (world) => {
        delete world.secrets.AWS_REGION
      },
      {},
      'SW-FLY-BUCKET-SECRETS',
      1,
    ],
    [
      'two machines',
      (world) => {
        world.machines = world.machines.flatMap((each) => [each, { ...each, id: 'b' }])
      },
      {},
      'SW-FLY-SEVERAL-MACHINES',
      1,
    ],
    ['a deployment that Fly refuses', () => {}, { deploy: 'before' }, 'SW-FLY-FAILED', 1],
    ['a deployment that does not reach Fly', () => {}, { deploy: 'away' }, 'SW-FLY-UNREACHABLE', 75],
    [
      'a bucket that Fly says nothing of',
      (world) => {
        world.secrets = { SESSION_SECRET: 'x' }
      },
      { 'storage status': 'away' },
      'SW-FLY-UNREACHABLE',
      75,
    ],
    ['an app that does not get well', () => {}, { unhealthy: 'before' }, 'SW-FLY-UNHEALTHY', 1],
    ['a backup that nothing reaches', () => {}, { 'not-backed-up': 'before' }, 'SW-FLY-NOT-CONFIRMED', 76],
    ['a status that cannot be read', () => {}, { 'machine exec': 'before' }, 'SW-FLY-NOT-CONFIRMED', 76],
  ])('says: %s', async (_, edit, faults, error, code) => {
    const { root, fly, change } = await launched()
    change(edit)
    fly.fail(faults)
    expect(await onFly(root, fly, 'deploy --wait 0.1')).toMatchObject({ code, error })
  })

  it('says why the backup is not confirmed', async () => {
    const { root, fly } = await launched()
    fly.fail({ 'not-backed-up': 'before' })
    expect((await onFly(root, fly, 'deploy --wait 0.1')).stderr).toContain('the bucket does not answer')
  })

  it.each<[string, string, (world: World) => void, string]>([
    ['an app that was never launched here', 'deploy', () => {}, 'SW-DEPLOY-NOT-LAUNCHED'],
    ['no patience', 'deploy --wait 0', () => {}, 'SW-USAGE'],
  ])('refuses %s', async (_, words, change, error) => {
    const [root, fly] = [project(flyApp), account()]
    fly.change(change)
    const { stdout, code } = await onFly(root, fly, `${words} --json`)
    expect([JSON.parse(stdout).error.code, code]).toEqual([error, error === 'SW-USAGE' ? 2 : 1])
  })
})

describe('the fly commands', () => {
  it('status says what there is', async () => {
    const { root, fly } = await launched()
    const { stdout } = await onFly(root, fly, 'fly status --json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      app: 'logbook',
      url: 'https://logbook.fly.dev',
      machine: { state: 'started', region: 'ams' },
      volume: { name: 'data', region: 'ams', sizeGb: 1 },
      bucket: true,
      backup: { state: 'backed-up' },
    })
    expect((await onFly(root, fly, 'fly status')).stdout).toMatch(/^Backup: +backed-up$/m)
  })

  it('status of an app that there is not', async () => {
    const { stdout } = await onFly(project(flyApp), account(), 'fly status --json')
    expect(JSON.parse(stdout)).toMatchObject({ url: null, machine: null, volume: null, bucket: false })
  })

  it('stop ends the machine by SIGTERM, start starts it', async () => {
    const { root, fly, theApp } = await launched()
    expect((await onFly(root, fly, 'fly stop')).code).toBe(0)
    expect(theApp().machines).toMatchObject([{ state: 'stopped' }])
    expect(
      fly
        .calls()
        .map(({ argv }) => argv.join(' '))
        .join('\n'),
    ).toMatch(/^machine stop \w+ --signal SIGTERM/m)
    expect((await onFly(root, fly, 'fly start')).code).toBe(0)
    expect(theApp().machines).toMatchObject([{ state: 'started' }])
  })

  it('destroy takes machine, volume and bucket away, each when nothing uses it', async () => {
    const { root, fly, theApp } = await launched()
    expect(await onFly(root, fly, 'fly destroy volume --yes')).toMatchObject({ error: 'SW-FLY-IN-USE' })
    for (const part of ['machine', 'volume', 'bucket'])
      expect([part, (await onFly(root, fly, `fly destroy ${part} --yes`)).code]).toEqual([part, 0])
    expect(theApp()).toMatchObject({ machines: [], volumes: [], bucket: null })
    expect(Object.keys(theApp().secrets)).toEqual(['SESSION_SECRET'])
    expect(await onFly(root, fly, 'fly destroy machine --yes')).toMatchObject({ error: 'SW-FLY-NOTHING' })
  })

  it('destroy asks first', async () => {
    const { root, fly, theApp } = await launched()
    expect(await onFly(root, fly, 'fly destroy bucket')).toMatchObject({ code: 1, error: 'SW-CONFIRM' })
    expect(theApp().bucket).not.toBeNull()
  })
})
