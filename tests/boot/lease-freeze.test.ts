import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { takeLease } from '../../src/boot/lease.ts'
import type { Bucket } from '../../src/bucket/bucket.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { project } from '../support/project.ts'

const take = (bucket: Bucket, owner: string, ttl: number) =>
  takeLease({
    bucket,
    path: 'litestream/dev.db',
    me: { owner, machine: owner, boot: `${owner}.1`, holder: owner, boots: [`${owner}.1`] },
    ttl,
    log: () => {},
  })

/** The whole process stands still, as a frozen machine does. */
const standStill = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const keepWatched = async (directory: string, ttl = 1) => {
  const seen: string[] = []
  const bucket = folderBucket({ kind: 'folder', directory })
  const held = await take(bucket, 'a', ttl)
  const halt = () => {
    seen.push('halted')
    return () => void seen.push('goes on')
  }
  held.keep(
    ({ code }) => void seen.push(code),
    () => {},
    halt,
  )
  return { held, seen, bucket }
}

describe('a holder that stood still for longer than its lease holds', () => {
  it('halts what writes, asks, and lets it go on when nobody came', async () => {
    const { held, seen } = await keepWatched(project({}))
    await sleep(300)
    expect(seen).toEqual([])
    standStill(1_500)
    await sleep(700)
    expect(seen.slice(0, 2)).toEqual(['halted', 'goes on'])
    await held.release()
  })

  it('halts what writes, asks, and does not let it go on when somebody came', async () => {
    const directory = project({})
    const { seen } = await keepWatched(directory)
    const thief = folderBucket({ kind: 'folder', directory })
    const key = 'litestream/dev.db.head.json'
    const head = JSON.parse((await thief.get(key))?.body ?? '{}')
    const taken = JSON.stringify({ ...head, lease: { ...head.lease, boot: 'b.1', holder: 'b' } })
    standStill(1_500)
    writeFileSync(join(directory, key), taken)
    await sleep(700)
    expect(seen).toEqual(['halted', 'SW-LEASE-LOST'])
  })

  it('is not one whose bucket was away for as long', async () => {
    const { held, seen, bucket } = await keepWatched(project({}), 3)
    const { get, put } = bucket
    const away = () => Promise.reject(new Error('away'))
    Object.assign(bucket, { get: away, put: away })
    await sleep(4_500)
    Object.assign(bucket, { get, put })
    await sleep(700)
    expect(seen).toEqual([])
    await held.release()
  }, 20_000)
})
