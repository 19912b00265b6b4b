import { describe, expect, it } from 'vitest'
import { bucketSecrets } from '../../src/bucket/bucket.ts'
import { run } from '../../src/command.ts'
import { addressOf, listApps, listOrgs, listRegions } from '../../src/platforms/fly/apps.ts'
import { type Flyctl, findFlyctl, requireLogin } from '../../src/platforms/fly/flyctl.ts'
import { outputOf, theMachine } from '../../src/platforms/fly/machines.ts'
import { listSecrets } from '../../src/platforms/fly/secrets.ts'
import { hasBucket } from '../../src/platforms/fly/storage.ts'
import { listVolumes } from '../../src/platforms/fly/volumes.ts'
import { fakeContext } from '../support/context.ts'
import { flyApp } from '../support/fly-app.ts'
import { flyServer, serving } from '../support/fly-server/server.ts'
import { table } from '../support/flyctl/flags.ts'
import type { App } from '../support/flyctl/state.ts'
import { account, launchedApp } from '../support/flyctl.ts'
import { project } from '../support/project.ts'
import { asFlyctl, flyctl, realFlyctl } from '../support/real-flyctl.ts'
import { seaworthy } from '../support/typed.ts'

const status = 'cat /data/.seaworthy/status.json'

/** The real one for whoever calls `fly`. */
const asFly =
  (server?: string): Flyctl['run'] =>
  (command, options) =>
    command.file === 'fly'
      ? asFlyctl(server).run({ ...command, file: realFlyctl ?? '' }, options)
      : run(command, options)

/** All that we read of an account. */
const readings: Record<string, (flyctl: Flyctl) => Promise<unknown>> = {
  apps: listApps,
  organisations: listOrgs,
  regions: listRegions,
  address: (flyctl) => addressOf(flyctl, 'logbook'),
  machine: (flyctl) => theMachine(flyctl, 'logbook', 'app'),
  volumes: (flyctl) => listVolumes(flyctl, 'logbook'),
  secrets: (flyctl) => listSecrets(flyctl, 'logbook'),
  bucket: async (flyctl) => hasBucket(flyctl, 'logbook', await listSecrets(flyctl, 'logbook')),
  'status of the backup': async (flyctl) =>
    outputOf(flyctl, 'logbook', (await theMachine(flyctl, 'logbook', 'app'))?.id ?? '', status),
}

/** Its flags as `--help` lists them: the short one, and whether a value follows. */
const flagsIn = (help: string): Map<string, { short: string | undefined; type: string }> =>
  new Map(
    [...help.matchAll(/^ +(?:-(\w), )?--([\w-]+)(?: (\w\S*))?(?: {2,}|$)/gm)].map(
      ([, short, name = '', value]) => [name, { short, type: value ? 'string' : 'boolean' }],
    ),
  )

describe.skipIf(realFlyctl === undefined)('the real flyctl', () => {
  it.each(
    Object.entries(readings).flatMap(([what, read]) =>
      [true, false].map((bucket) => ({ what, read, bucket })),
    ),
  )('prints what the stand-in prints, as we read it: $what, with a bucket: $bucket', async (row) => {
    const standIn = account()
    standIn.change((world) => {
      world.apps.logbook = launchedApp({ volume: 'data', bucket: row.bucket })
    })
    const real = asFlyctl(await flyServer(serving(standIn)))
    const expected = await row.read({ file: 'fly', run: standIn.run })
    expect(await row.read(real)).toEqual(expected)
  })

  it('makes all that a launch asks it for, with nobody to answer a question', async () => {
    const [root, fly] = [project(flyApp), account()]
    const run = asFly(await flyServer(serving(fly)))
    const words = 'launch --yes --now --no-deploy --region ams'
    expect(await seaworthy(root, words, { run })).toMatchObject({ code: 0, stderr: '' })
    const { logbook } = fly.world().apps
    expect(logbook).toMatchObject({
      org: 'personal',
      bucket: expect.stringMatching(/^logbook-[0-9a-f]{8}$/),
      volumes: [{ name: 'data', region: 'ams', sizeGb: 1 }],
      machines: [],
    })
    expect(Object.keys(logbook?.secrets ?? {}).sort()).toEqual([...bucketSecrets, 'SESSION_SECRET'].sort())
    expect(logbook?.secrets.SESSION_SECRET).toMatch(/^[\w-]{43}$/)
    const again = await seaworthy(root, words, { run })
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('volume: is there already') })
  })

  it.each<[string, (app: App | undefined) => unknown, unknown]>([
    ['stop', (app) => app?.machines[0]?.state, 'stopped'],
    ['start', (app) => app?.machines[0]?.state, 'started'],
    ['destroy machine --yes', (app) => app?.machines, []],
    ['destroy bucket --yes', (app) => [app?.bucket, app?.secrets], [null, {}]],
  ])('does what `fly %s` asks it for', async (words, part, expected) => {
    const [root, fly] = [project({ ...flyApp, 'fly.toml': 'app = "logbook"\n' }), account()]
    fly.change((world) => {
      world.apps.logbook = launchedApp({ volume: 'data', bucket: true })
      if (words === 'start') for (const machine of world.apps.logbook.machines) machine.state = 'stopped'
    })
    const run = asFly(await flyServer(serving(fly)))
    expect(await seaworthy(root, `fly ${words}`, { run })).toMatchObject({ code: 0, stderr: '' })
    expect(part(fly.world().apps.logbook)).toEqual(expected)
  })

  it('destroys a volume that no machine has', async () => {
    const [root, fly] = [project({ ...flyApp, 'fly.toml': 'app = "logbook"\n' }), account()]
    fly.change((world) => {
      world.apps.logbook = { ...launchedApp({ volume: 'data', bucket: true }), machines: [] }
    })
    const run = asFly(await flyServer(serving(fly)))
    expect(await seaworthy(root, 'fly destroy volume --yes', { run })).toMatchObject({ code: 0 })
    expect(fly.world().apps.logbook?.volumes).toEqual([])
  })

  it('says its version as we read it', async () => {
    expect(await findFlyctl(fakeContext('/', { run: asFly() }))).toMatchObject({ file: 'fly' })
  })

  it.each<[string, string, number | object | null, Record<string, undefined>]>([
    ['nobody is logged in', 'SW-FLY-LOGGED-OUT', {}, { FLY_ACCESS_TOKEN: undefined }],
    ['a token is no longer good', 'SW-FLY-LOGGED-OUT', 401, {}],
    [
      'a token is of nobody',
      'SW-FLY-LOGGED-OUT',
      { errors: [{ message: 'You must be authenticated to view this.' }] },
      {},
    ],
    ['Fly is away', 'SW-FLY-UNREACHABLE', 503, {}],
    ['there is no network', 'SW-FLY-UNREACHABLE', null, {}],
    ['Fly says something else', 'SW-FLY-FAILED', { errors: [{ message: 'It rains.' }] }, {}],
  ])('tells us when %s', async (_, code, answer, env) => {
    const server = answer === null ? undefined : await flyServer(() => answer)
    await expect(requireLogin(asFlyctl(server, env))).rejects.toMatchObject({ code })
  })

  it.each(Object.entries(table))('has the flags of our stand-in: %s', async (command, { flags }) => {
    const { code, stdout } = await flyctl([...command.split(' '), '--help'])
    expect([code, stdout]).toEqual([0, expect.stringContaining(` ${command} `)])
    const real = flagsIn(stdout)
    expect(real.size).toBeGreaterThan(0)
    for (const [name, { short, type }] of Object.entries(flags))
      expect([name, real.get(name)]).toEqual([name, { short, type }])
  })
})
