import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Head, Timeline } from '../../src/boot/head.ts'
import type { HeldLease } from '../../src/boot/held-lease.ts'
import { durationMs, outlived, pruneTimelines } from '../../src/boot/prune.ts'
import type { Session } from '../../src/boot/session.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { project } from '../support/project.ts'

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
  const sessionOn = (directory: string, start: Head) => {
    const bucket = folderBucket({ kind: 'folder', directory })
    const lease = {
      head: start,
      update: async (change: (head: Head, now: Date) => Head) => {
        lease.head = change(lease.head, now)
      },
    }
    const remote = {
      bucket,
      config: { path: 'litestream/dev.db', database: {}, replica: { retention: '168h' } },
    }
    return { session: { remote, lease } as unknown as Session & { lease: HeldLease }, bucket }
  }
  const put = (root: string, path: string) => {
    const folder = join(root, 'litestream', path, 'generations', 'aa', 'snapshots')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, '00000000.snapshot.lz4'), 'x')
  }

  it('removes what is old, with its record in the head', async () => {
    const root = project({})
    put(root, 'dev.db')
    put(root, 'dev.db.t2')
    const { session, bucket } = sessionOn(
      root,
      head(2, [first, { ...timeline(2, 1, 0), began: '2020-01-01T00:00:00Z' }]),
    )
    await pruneTimelines(session, () => {})
    expect((await bucket.list('')).map(({ key }) => key)).toEqual([
      'litestream/dev.db.t2/generations/aa/snapshots/00000000.snapshot.lz4',
    ])
    expect(session.lease.head.timelines.map(({ id }) => id)).toEqual([2])
  })

  it('keeps the parent as long as the current timeline has no backup of its own', async () => {
    const root = project({})
    put(root, 'dev.db')
    const { session, bucket } = sessionOn(
      root,
      head(2, [first, { ...timeline(2, 1, 0), began: '2020-01-01T00:00:00Z' }]),
    )
    await pruneTimelines(session, () => {})
    expect(await bucket.list('')).toHaveLength(1)
  })
})
