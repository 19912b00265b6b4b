import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { findLitestream } from '../../src/litestream/binary.ts'
import { isSaved } from '../support/database-check.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { loseMachine, signalAll } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'
import { stores } from '../support/stores.ts'

const timelineOf = (machine: Machine): unknown =>
  machine.log.find(({ outcome }) => outcome === 'leased')?.timeline

const waited = (machine: Machine): boolean => machine.log.some(({ outcome }) => outcome === 'waiting')

/** Its exit code; that it got ready instead is told at once. */
const refusal = (machine: Machine): Promise<number> =>
  Promise.race([
    machine.exited,
    machine.ready().then(
      () => Promise.reject(new Error(`it was not refused:\n${machine.output()}`)),
      () => machine.exited,
    ),
  ])

/** Another host on the bucket of the first. */
const newNeighbour = async (host: Host) => {
  const neighbour = await newHost()
  const start = (env: Record<string, string | undefined>) =>
    neighbour.start({ SEAWORTHY_BUCKET_DIR: host.bucketDir, ...env })
  return { start, volume: neighbour.volume, loseVolume: neighbour.loseVolume }
}

describe.each(litestreams)('Litestream $dialect: a machine that stood still, all of it', ({ path }) => {
  const env = { SEAWORTHY_LITESTREAM: path }

  it('past its lease, and wakes under another holder: it stops its app and spoils nothing', async () => {
    const host = await newHost()
    const neighbour = await newNeighbour(host)
    const frozen = host.start(env)
    await frozen.ready()
    await frozen.add('one')
    await isSaved(host, path, 'one')
    signalAll(frozen, 'SIGSTOP')
    const heir = neighbour.start(env)
    await heir.ready()
    expect(timelineOf(heir)).toBe(2)
    expect(await heir.rows()).toEqual(['seed', 'one'])
    await heir.add('two')

    signalAll(frozen, 'SIGCONT')
    await frozen.add('too late').catch(() => {})
    expect(await frozen.exited, frozen.output()).toBe(75)
    expect(frozen.codes()).toEqual(['SW-LEASE-LOST'])
    expect(frozen.output()).toContain('stood still for longer than its lease holds')
    await heir.add('three')
    expect(await heir.stop(), heir.output()).toBe(0)
    neighbour.loseVolume()

    const reborn = neighbour.start(env)
    await reborn.ready()
    expect(await reborn.rows()).toEqual(['seed', 'one', 'two', 'three'])
    expect(await reborn.stop(), reborn.output()).toBe(0)
    const returned = host.start(env)
    expect(await refusal(returned)).toBe(1)
    expect(returned.codes()).toEqual(['SW-VOLUME-BEHIND'])
  })

  it('past its lease, and nobody came: it goes on, and all it writes is in the backup', async () => {
    const host = await newHost()
    const machine = host.start(env)
    await machine.ready()
    await machine.add('one')
    signalAll(machine, 'SIGSTOP')
    await sleep(3_000)
    signalAll(machine, 'SIGCONT')
    await machine.add('two')
    expect(await machine.stop(), machine.output()).toBe(0)
    host.loseVolume()
    const reborn = host.start(env)
    await reborn.ready()
    expect(timelineOf(reborn)).toBe(1)
    expect(await reborn.rows()).toEqual(['seed', 'one', 'two'])
  })
})

describe('a copy of a running volume', () => {
  it('waits for the lease, although it has the same owner, and harms nothing of the original', async () => {
    const host = await newHost()
    const neighbour = await newNeighbour(host)
    // Long enough for a busy computer to renew it.
    const env = { SEAWORTHY_LEASE_TTL: '6' }
    const original = host.start(env)
    await original.ready()
    await original.add('one')
    // Only what Litestream has seen can be told from what came after it.
    await waitUntil(() => existsSync(join(host.volume, '.dev.db-litestream/generation')))
    cpSync(host.volume, neighbour.volume, { recursive: true, preserveTimestamps: true })
    const copy = neighbour.start(env)
    expect(await refusal(copy), copy.output()).toBe(75)
    expect(waited(copy)).toBe(true)
    expect(copy.codes()).toEqual(['SW-LEASE-HELD'])
    expect(await original.add('two')).toBe(201)
    expect(await original.stop(), original.output()).toBe(0)
    expect(original.outcome('stop')).toBe('confirmed')
    const late = neighbour.start({})
    expect(await refusal(late)).toBe(1)
    expect(late.codes()).toEqual(['SW-VOLUME-BEHIND'])
  })

  it('takes over from a dead original when its lease has ended, on a new timeline', async () => {
    const host = await newHost()
    const neighbour = await newNeighbour(host)
    const original = host.start()
    await original.ready()
    await original.add('one')
    await isSaved(host, findLitestream(undefined), 'one')
    await loseMachine(original)
    cpSync(host.volume, neighbour.volume, { recursive: true, preserveTimestamps: true })
    const copy = neighbour.start({})
    await copy.ready()
    expect(waited(copy)).toBe(true)
    expect(timelineOf(copy)).toBe(2)
    expect(await copy.rows()).toEqual(['seed', 'one'])
  })
})

// Longer than any start takes: what waits for the lease's end is late.
const longLease = { SEAWORTHY_LEASE_TTL: '60' }

describe.each(stores)('the lease on $store', ({ keys }) => {
  it('is handed over in a redeploy, and found again after a crash, without waiting for its end', async () => {
    const env = await keys()
    const host = await newHost()
    const neighbour = await newNeighbour(host)
    const first = host.start({ ...env, ...longLease })
    await first.ready()
    await first.add('one')
    // The next machine is there before the first has ended, as in a redeploy of Fly's.
    const second = neighbour.start({ ...env, ...longLease })
    await second.reached('lease')
    expect(await first.stop(), first.output()).toBe(0)
    const began = Date.now()
    await second.ready()
    expect(timelineOf(second)).toBe(1)
    expect(await second.rows()).toEqual(['seed', 'one'])
    await second.add('two')
    await loseMachine(second)
    const third = neighbour.start({ ...env, ...longLease })
    await third.ready()
    expect(Date.now() - began).toBeLessThan(50_000)
    expect([timelineOf(third), waited(third)]).toEqual([1, false])
    expect(await third.rows()).toEqual(['seed', 'one', 'two'])
    expect(await third.stop(), third.output()).toBe(0)
  })
})
