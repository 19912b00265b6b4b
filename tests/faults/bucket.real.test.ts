import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { hasS3Server, type S3Server, startS3Server, waitUntil } from '../support/s3-server.ts'

/** With what a start without a local database ends: 75, trying again may help; 1, the user has to mend something. */
const faults: Record<string, 1 | 75> = {
  refused: 75,
  'black hole': 75,
  reset: 75,
  slow: 75,
  '500': 75,
  '503': 75,
  '403': 1,
  'page with 404': 75,
  'page with 200': 75,
  'empty 200': 75,
  truncated: 75,
  'clock an hour off': 75,
  'missing bucket': 1,
  'wrong key id': 1,
} satisfies Partial<Record<Fault, 1 | 75>>

/** The faults that Litestream 0.5 meets in another way than 0.3: by silence, or by an exit code of 0. */
const silentFaults = ['refused', 'black hole', '503', 'page with 200', 'wrong key id']

/** Seconds: the bounds, set short. */
const bounds = {
  SEAWORTHY_BUCKET_WAIT: '1',
  SEAWORTHY_REQUEST_TIMEOUT: '1',
  SEAWORTHY_SYNC_TIMEOUT: '3',
  SEAWORTHY_STALL: '5',
  SEAWORTHY_LEASE_TTL: '30',
}

/** For a life without a fault: many begin and end at once. */
const patient = { SEAWORTHY_REQUEST_TIMEOUT: '10', SEAWORTHY_SYNC_TIMEOUT: '30' }

/** Milliseconds that starting and ending processes may take on a slow machine, besides the bounds. */
const slack = 10_000

describe.runIf(hasS3Server)('a bucket with a fault', () => {
  let s3: S3Server
  beforeAll(async () => {
    s3 = await startS3Server()
  })
  afterAll(() => s3.stop())

  /** A host whose way to the store goes through a proxy of its own. */
  const hostBehindProxy = async (litestream: string, name: string) => {
    const proxy = await startFaultProxy(s3.config)
    onTestFinished(() => proxy.close())
    const host = await newHost()
    const path = `${name.replaceAll(' ', '-')}/dev.db$SEAWORTHY_TIMELINE`
    writeFileSync(
      join(host.image, 'litestream.yml'),
      `dbs:\n  - path: /data/dev.db\n    replicas:\n      - path: ${path}\n`,
    )
    const env = {
      ...bounds,
      ...s3.env,
      SEAWORTHY_BUCKET_DIR: undefined,
      AWS_ENDPOINT_URL_S3: proxy.endpoint,
      SEAWORTHY_LITESTREAM: litestream,
    }
    const status = (): { state: string; reason: string | null } =>
      JSON.parse(readFileSync(join(host.volume, '.seaworthy/status.json'), 'utf8'))
    const isIn = (state: string, timeoutMs = 40_000) => waitUntil(() => status().state === state, timeoutMs)
    const start = (more = {}) => host.start({ ...env, ...more })
    return { proxy, host, status, isIn, start }
  }

  /** A start on a lost volume while the bucket has this fault, and one afterwards. */
  const startOnNothing = async (litestream: string, fault: Fault) => {
    const { proxy, host, start } = await hostBehindProxy(litestream, `lost-${fault}`)
    const first = start(patient)
    await first.ready()
    await first.add('one')
    const stopped = await first.stop()
    host.loseVolume()
    await proxy.set(fault)
    const began = Date.now()
    const faulty = start()
    const code = await faulty.exited
    const isInTime = Date.now() - began < 2 * 1_000 + slack
    const hasDatabase = existsSync(join(host.volume, 'dev.db'))
    await proxy.set(null)
    const healed = start()
    await healed.ready()
    const rows = await healed.rows()
    await healed.stop()
    return { stopped, code, isInTime, hasDatabase, rows }
  }

  /** A start on a local database while the bucket has this fault, an outage while it runs, and one at its end. */
  const keepRunning = async (litestream: string, fault: Fault) => {
    const { proxy, host, isIn, start } = await hostBehindProxy(
      litestream,
      `kept-${fault}-${basename(dirname(litestream))}`,
    )
    const first = start(patient)
    await first.ready()
    await first.add('one')
    await first.stop()

    await proxy.set(fault)
    const machine = start()
    await machine.ready()
    const atStart = machine.log.find(({ outcome }) => outcome === 'not-backed-up')?.level
    await isIn('not-backed-up')
    await machine.add('two')
    await proxy.set(null)
    await isIn('backed-up')

    await proxy.set(fault)
    const broke = Date.now()
    await machine.add('three')
    await isIn('not-backed-up')
    const isNoticedInTime = Date.now() - broke <= 10_000
    await proxy.set(null)
    await isIn('backed-up')

    await proxy.set(fault)
    await machine.add('four')
    const rows = (await machine.rows()).length
    const stopping = Date.now()
    const code = await machine.stop()
    const isEndedInTime = Date.now() - stopping < (3 + 5) * 1_000 + slack
    await proxy.set(null)

    const healed = start()
    await healed.ready()
    await isIn('backed-up')
    const healedCode = await healed.stop()
    host.loseVolume()
    const reborn = start()
    await reborn.ready()
    const restored = await reborn.rows()
    await reborn.stop()
    return { atStart, isNoticedInTime, rows, code, isEndedInTime, healedCode, restored }
  }

  const together = async <Name extends string, Result>(
    names: readonly Name[],
    story: (name: Name) => Promise<Result>,
  ): Promise<Record<string, Result | string>> => {
    const settled = await Promise.allSettled(names.map(story))
    return Object.fromEntries(
      settled.map((result, index) => [
        names[index],
        result.status === 'fulfilled' ? result.value : String(result.reason),
      ]),
    )
  }

  const allOf = <Result>(names: readonly string[], result: (name: string) => Result) =>
    Object.fromEntries(names.map((name) => [name, result(name)]))

  it('and no local database: the start ends in time, makes none, and the next one restores', async () => {
    const [litestream] = litestreams
    const names = Object.keys(faults)
    const results = await together(names as Fault[], (fault) => startOnNothing(litestream?.path ?? '', fault))
    expect(results).toEqual(
      allOf(names, (name) => ({
        stopped: 0,
        code: faults[name],
        isInTime: true,
        hasDatabase: false,
        rows: ['seed', 'one'],
      })),
    )
  })

  it.each(litestreams)(
    'and a local database: the app starts and runs on, the status tells within 10 s, the end is bounded, no row is lost ($dialect)',
    async ({ dialect, path }) => {
      const names = dialect === '0.3' ? Object.keys(faults) : silentFaults
      const results = await together(names as Fault[], (fault) => keepRunning(path, fault))
      expect(results).toEqual(
        allOf(names, (name) => ({
          atStart: 'error',
          // A slow upload arrives before it is late.
          isNoticedInTime: name === 'slow' ? expect.any(Boolean) : true,
          rows: 5,
          // What a slow store is sent arrives, and so it does where only the answer breaks off.
          code: ['slow', 'truncated'].includes(name) ? expect.toBeOneOf([0, 76]) : 76,
          isEndedInTime: true,
          healedCode: 0,
          restored: ['seed', 'one', 'two', 'three', 'four'],
        })),
      )
    },
    240_000,
  )
})
