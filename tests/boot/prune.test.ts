import { describe, expect, it } from 'vitest'
import { type Head, headKey, type Timeline, writeHead } from '../../src/boot/head.ts'
import { takeLease } from '../../src/boot/lease.ts'
import { durationMs, outlived, pruneTimelines } from '../../src/boot/prune.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { project } from '../support/project.ts'
import { remoteOn } from '../support/remote.ts'

const now = new Date('2026-06-15T00:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString()
const timeline = (id: number, from: number | null, days: number | null): Timeline => ({
  id,
  from,
  began: days === null ? null : daysAgo(days),
  why: 'takeover',
  format: '0.3',
})
const head = (current: number, timelines: Timeline[]): Head => ({
  version: 1,
  timeline: current,
  timelines,
  lease: null,
  lastBoot: '',
  isConditional: true,
})
const first = timeline(1, null, null)

describe('outlived timelines, with a retention of 7 days', () => {
  it.each([
    ['only one', head(1, [first]), []],
    ['left 8 days ago', head(2, [first, timeline(2, 1, 8)]), [1]],
    ['left 6 days ago', head(2, [first, timeline(2, 1, 6)]), []],
    ['a chain', head(3, [first, timeline(2, 1, 20), timeline(3, 2, 3)]), [1]],
    ['an abandoned branch', head(3, [first, timeline(2, 1, 30), timeline(3, 1, 9)]), [1, 2]],
    ['a branch abandoned lately', head(3, [first, timeline(2, 1, 30), timeline(3, 1, 2)]), []],
  ])('%s', (_, given, gone) => {
    expect(outlived(given, durationMs('168h'), now).map(({ id }) => id)).toEqual(gone)
  })
})

it.each([
  ['168h', 168 * 3_600_000],
  ['1h30m', 5_400_000],
  ['90s', 90_000],
  ['250ms', 250],
  ['for ever', Number.POSITIVE_INFINITY],
])('the duration %s', (text, ms) => expect(durationMs(text)).toBe(ms))

describe('pruning a bucket', () => {
  const path = 'litestream/dev.db'
  const snapshot = 'generations/aa/snapshots/00000000.snapshot.lz4'
  const log = 'generations/aa/wal/00000000_00000000.wal.lz4'

  /** A bucket with a timeline that was left long ago, and these objects of the current one. */
  const pruned = async (current: readonly string[], isLost = false) => {
    const bucket = folderBucket({ kind: 'folder', directory: project({}) })
    for (const name of [snapshot, log]) await bucket.put(`${path}/${name}`, 'x')
    for (const name of current) await bucket.put(`${path}.t2/${name}`, 'x')
    const old = head(2, [first, { ...timeline(2, 1, 0), began: '2020-01-01T00:00:00Z' }])
    await writeHead(bucket, path, old, null)
    const me = { owner: 'a', machine: 'a', boot: 'a.1', holder: 'a', boots: ['a.1'] }
    const lease = await takeLease({ bucket, path, me, ttl: 60, log: () => {} })
    if (isLost) await bucket.put(headKey(path), JSON.stringify(old))
    const remote = remoteOn(bucket, path, { config: { path, database: {}, replica: { retention: '168h' } } })
    const done = pruneTimelines({ remote, lease, me, whyBehind: async () => null }, () => {})
    const code = await done.then(
      () => null,
      (error) => error.code,
    )
    const keys = (await bucket.list(`${path}/`)).map(({ key }) => key)
    return { code, keys, timelines: lease.head.timelines.map(({ id }) => id) }
  }
  const kept = [`${path}/${snapshot}`, `${path}/${log}`]

  it('removes what is old, with its record in the head', async () => {
    expect(await pruned([snapshot, log])).toEqual({ code: null, keys: [], timelines: [2] })
  })

  it.each([
    ['no backup', []],
    ['half a backup', [snapshot]],
  ])('keeps the parent as long as the current timeline has %s of its own', async (_, current) => {
    expect(await pruned(current)).toEqual({ code: null, keys: kept, timelines: [1, 2] })
  })

  it('removes nothing when somebody else has the lease by now', async () => {
    expect(await pruned([snapshot, log], true)).toMatchObject({ code: 'SW-LEASE-LOST', keys: kept })
  })
})
