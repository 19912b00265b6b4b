import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { type Host, newHost } from '../support/machine.ts'

/** One life of the app: starts, adds these rows, stops. */
const live = async (host: Host, env: Record<string, string>, ...rows: string[]) => {
  const machine = host.start(env)
  await machine.ready()
  for (const row of rows) await machine.add(row)
  expect(await machine.stop(), machine.output()).toBe(0)
  return machine
}

const rowsAfterLoss = async (host: Host, env: Record<string, string>): Promise<string[]> => {
  host.loseVolume()
  const machine = host.start(env)
  await machine.ready()
  const rows = await machine.rows()
  expect(await machine.stop(), machine.output()).toBe(0)
  return rows
}

describe.each(litestreams)('Litestream $dialect: a bucket whose head is gone or damaged', ({ path }) => {
  const env = { SEAWORTHY_LITESTREAM: path }
  const headOf = (host: Host) => join(host.bucketDir, 'litestream/dev.db.head.json')

  /** A history of two timelines: `one` on the first, `two` on the second. */
  const twoTimelines = async (): Promise<Host> => {
    const host = await newHost()
    const lost = host.start(env)
    await lost.ready()
    await lost.add('one')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await lost.kill()
    host.loseVolume()
    await live(host, env, 'two')
    return host
  }

  it('deleted: the newest timeline is found by listing, and restored', async () => {
    const host = await twoTimelines()
    rmSync(headOf(host))
    expect(await rowsAfterLoss(host, env)).toEqual(['seed', 'one', 'two'])
  })

  it('deleted, and the first timeline gone too: no empty database over the second', async () => {
    const host = await twoTimelines()
    rmSync(headOf(host))
    rmSync(join(host.bucketDir, 'litestream/dev.db'), { recursive: true })
    expect(await rowsAfterLoss(host, env)).toEqual(['seed', 'one', 'two'])
  })

  it('deleted, with the volume that wrote last: it goes on, and says what was missing', async () => {
    const host = await twoTimelines()
    rmSync(headOf(host))
    const machine = await live(host, env, 'three')
    expect(machine.outcome('restore')).toBe('kept')
    expect(machine.output()).toContain('which this volume knows of')
    expect(await rowsAfterLoss(host, env)).toEqual(['seed', 'one', 'two', 'three'])
  })

  it('deleted while the app runs: it is written anew, and the app goes on', async () => {
    const host = await newHost()
    const machine = host.start(env)
    await machine.ready()
    rmSync(headOf(host))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    await machine.add('one')
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(await rowsAfterLoss(host, env)).toEqual(['seed', 'one'])
  })

  it.each([
    ['no JSON', 'not a head'],
    ['no timelines', '{"version":1,"timeline":1,"timelines":[],"lease":null}'],
    ['a lease of another kind', '{"version":1,"timeline":1,"timelines":[{"id":1}],"lease":{}}'],
  ])('damaged (%s): refused, with what to do', async (_, text) => {
    const host = await newHost()
    await live(host, env)
    writeFileSync(headOf(host), text)
    const machine = host.start(env)
    expect(await machine.exited).toBe(1)
    expect(machine.log.at(-1)).toMatchObject({ code: 'SW-HEAD-FOREIGN' })
  })

  it('objects lost while nobody ran: the backup begins anew with a snapshot', async () => {
    const host = await newHost()
    await live(host, env, 'one')
    rmSync(join(host.bucketDir, 'litestream/dev.db'), { recursive: true })
    await live(host, env, 'two')
    expect(await rowsAfterLoss(host, env)).toEqual(['seed', 'one', 'two'])
  })
})
