import { describe, expect, it } from 'vitest'
import { addressOf, listApps, listOrgs, listRegions } from '../../src/platforms/fly/apps.ts'
import { type Flyctl, findFlyctl, requireLogin } from '../../src/platforms/fly/flyctl.ts'
import { outputOf, theMachine } from '../../src/platforms/fly/machines.ts'
import { listSecrets } from '../../src/platforms/fly/secrets.ts'
import { hasBucket } from '../../src/platforms/fly/storage.ts'
import { listVolumes } from '../../src/platforms/fly/volumes.ts'
import { fakeContext } from '../support/context.ts'
import { answersOf, flyServer } from '../support/fly-server.ts'
import { table } from '../support/flyctl/flags.ts'
import { account, launchedApp } from '../support/flyctl.ts'
import { asFlyctl, flyctl, realFlyctl } from '../support/real-flyctl.ts'

const status = 'cat /data/.seaworthy/status.json'

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
    const real = asFlyctl(await flyServer(answersOf(standIn.world())))
    const expected = await row.read({ file: 'fly', run: standIn.run })
    expect(await row.read(real)).toEqual(expected)
  })

  it('says its version as we read it', async () => {
    const { run } = asFlyctl()
    const found = await findFlyctl(
      fakeContext('/', { run: (command) => run({ ...command, file: realFlyctl ?? '' }) }),
    )
    expect(found.file).toBe('fly')
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
