import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Head, headKey, readHead } from '../../src/boot/head.ts'
import type { Identity } from '../../src/boot/identity.ts'
import { takeLease } from '../../src/boot/lease.ts'
import type { LogEntry } from '../../src/boot/log.ts'
import type { Bucket } from '../../src/bucket/bucket.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { TemporaryError } from '../../src/errors.ts'
import { project } from '../support/project.ts'

const path = 'litestream/dev.db'

const start = (bucket: Bucket, owner: string, ttl = 0.3, boot = `${owner}.1`) => {
  const log: LogEntry[] = []
  const taking: string[] = []
  const onTaking = ({ lease }: Head) => void taking.push(lease?.boot ?? '')
  const me: Identity = { owner, machine: `machine of ${owner}`, boot, holder: `host ${owner}`, boots: [boot] }
  const lease = takeLease({ bucket, path, me, ttl, log: (entry) => void log.push(entry), onTaking })
  return { lease, log, taking }
}

const newBucket = () => folderBucket({ kind: 'folder', directory: project({}) })

describe('the lease', () => {
  it('is written for the first time, and the probe of the store is gone again', async () => {
    const bucket = newBucket()
    const held = await start(bucket, 'a').lease
    expect(held).toMatchObject({ head: { timeline: 1, lastBoot: null, isConditional: true } })
    expect((await bucket.list('')).map(({ key }) => key)).toEqual([headKey(path)])
  })

  it('is refused, naming the holder, while somebody renews it', async () => {
    const bucket = newBucket()
    const first = await start(bucket, 'a').lease
    first.keep(() => {})
    const { lease, log } = start(bucket, 'b')
    await expect(lease).rejects.toMatchObject({
      code: 'SW-LEASE-HELD',
      exitCode: 75,
      message: expect.stringContaining('host a'),
    })
    expect(log).toMatchObject([{ outcome: 'waiting', holder: 'host a' }])
    await first.release()
  }, 15_000)

  it('is handed over at once by a clean stop, on the same timeline', async () => {
    const bucket = newBucket()
    const first = await start(bucket, 'a', 60).lease
    const second = start(bucket, 'b')
    await sleep(200)
    await first.release()
    const held = await second.lease
    expect(held.head).toMatchObject({ timeline: 1, lease: { holder: 'host b' } })
  })

  it('is taken from a dead holder after its time, on a new timeline', async () => {
    const bucket = newBucket()
    await start(bucket, 'a').lease
    const began = Date.now()
    const { head } = await start(bucket, 'b').lease
    expect(Date.now() - began).toBeGreaterThan(250)
    expect(head).toMatchObject({ timeline: 2, timelines: [{ id: 1 }, { id: 2, from: 1, why: 'takeover' }] })
  })

  it('is taken at once after a crash on the same volume, on the same timeline', async () => {
    const bucket = newBucket()
    await start(bucket, 'a', 60, 'a.1').lease
    const { head } = await start(bucket, 'a', 60, 'a.2').lease
    expect(head).toMatchObject({ timeline: 1, lease: { boot: 'a.2' } })
  })

  it('is compared beside the write where nobody may still write, and only there', async () => {
    const bucket = newBucket()
    const first = start(bucket, 'a')
    await (await first.lease).release()
    const afterCleanStop = start(bucket, 'b')
    await afterCleanStop.lease
    const afterCrash = start(bucket, 'b', 0.3, 'b.2')
    await afterCrash.lease
    const afterDeath = start(bucket, 'c')
    await afterDeath.lease
    expect([first, afterCleanStop, afterCrash, afterDeath].map(({ taking }) => taking)).toEqual([
      [],
      ['b.1'],
      ['b.2'],
      [],
    ])
  })

  it('has one winner of ten that start at once', async () => {
    const bucket = newBucket()
    const starts = Array.from({ length: 10 }, (_, index) => start(bucket, `${index}`, 60).lease)
    const first = await Promise.race(starts)
    await sleep(500)
    for (const each of starts) each.catch(() => {})
    expect((await readHead(bucket, path))?.head.lease?.boot).toBe(first.head.lease?.boot)
    const outcomes = await Promise.all(starts.map((each) => Promise.race([each, 'waiting'])))
    expect(outcomes.filter((outcome) => outcome !== 'waiting')).toHaveLength(1)
    // Ends the waiting of the other nine.
    await bucket.put(headKey(path), '{}')
  })

  it('is lost once: the holder is told, and writes no more', async () => {
    const bucket = newBucket()
    const held = await start(bucket, 'a').lease
    const thief = await readHead(bucket, path)
    const head = { ...thief?.head, lease: { ...thief?.head.lease, boot: 'b.1', holder: 'host b' } }
    await bucket.put(headKey(path), JSON.stringify(head))
    const losses: string[] = []
    held.keep(({ code, message }) => void losses.push(`${code} ${message}`))
    await sleep(500)
    await held.release()
    expect(losses).toEqual(['SW-LEASE-LOST This machine lost its lease on the bucket to host b.'])
    expect((await readHead(bucket, path))?.head.lease?.boot).toBe('b.1')
  })

  it('is not lost by a write of its own whose answer was lost', async () => {
    const real = newBucket()
    let isAnswerLost = false
    const bucket: Bucket = {
      ...real,
      put: async (...args) => {
        const result = await real.put(...args)
        if (!isAnswerLost) return result
        isAnswerLost = false
        throw new TemporaryError({ code: 'SW-BUCKET-UNREACHABLE', what: 'the answer was lost', next: '' })
      },
    }
    const { lease, log } = start(bucket, 'a')
    const held = await lease
    const losses: string[] = []
    isAnswerLost = true
    held.keep(({ code }) => void losses.push(code))
    await sleep(500)
    expect(losses).toEqual([])
    expect(log.map(({ outcome }) => outcome)).toEqual(['warning'])
    await held.update((head) => ({ ...head, lastBoot: 'still ours' }))
    await held.release()
    expect((await readHead(real, path))?.head).toMatchObject({ lease: null, lastBoot: 'still ours' })
  })

  it('says once that a store keeps nobody apart', async () => {
    const real = newBucket()
    const bucket: Bucket = { ...real, put: (key, body) => real.put(key, body) }
    const { lease, log } = start(bucket, 'a')
    expect((await lease).head.isConditional).toBe(false)
    await (await lease).release()
    const again = start(bucket, 'a')
    await again.lease
    expect(log.map(({ level, outcome }) => [level, outcome])).toEqual([['warn', 'warning']])
    expect(again.log).toEqual([])
  })

  it.each(['', '{', '{"version":2}', '<html>'])('refuses a head that it cannot read: %j', async (text) => {
    const bucket = newBucket()
    await bucket.put(headKey(path), text)
    await expect(start(bucket, 'a').lease).rejects.toMatchObject({ code: 'SW-HEAD-FOREIGN', exitCode: 1 })
  })
})
