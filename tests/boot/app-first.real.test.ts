import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/sqlite/driver.ts'
import { type Host, newHost } from '../support/machine.ts'
import { childrenOf, loseMachine, signalAll } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

/** An app that writes before Litestream begins, empties its log as often as it is told, and ends in its own way. */
const hasty = `
import { open } from './database.js'
const { CHECKPOINT = 'no', END } = process.env
const database = open()
for (const text of ['early', 'earlier'])
  database.exec(\`INSERT INTO "Row" ("text") VALUES ('\${text}'); \${CHECKPOINT === 'no' ? '' : 'PRAGMA wal_checkpoint(' + CHECKPOINT + ')'}\`)
process.on('SIGTERM', () => process.exit(0))
console.log('written')
if (END === 'itself') process.exit(0)
setInterval(() => {}, 1000)`

/** A host with a large database and no backup, whose app then writes before its first Litestream runs. */
const writesEarly = async (env: Record<string, string> = {}) => {
  const host = await newHost()
  writeFileSync(join(host.image, 'hasty.js'), hasty)
  const first = host.start({ SEAWORTHY_BUCKET_DIR: undefined })
  await first.ready()
  await first.add('one')
  expect(await first.stop(), first.output()).toBe(0)
  const database = openSqlite(join(host.volume, 'dev.db'))
  database.exec('CREATE TABLE "Large" AS SELECT zeroblob(17000000) AS "bytes"')
  database.close()
  const machine = host.start({ SEAWORTHY_LEASE_TTL: '1', ...env }, ['node', 'hasty.js'])
  await waitUntil(() => machine.output().includes('\nwritten\n'))
  expect(childrenOf(machine, 'replicate')).toEqual([])
  return { host, machine }
}

const rowsInBucket = async (host: Host): Promise<string[]> => {
  host.loseVolume()
  const reborn = host.start()
  await reborn.ready()
  return reborn.rows()
}

const all = ['seed', 'one', 'early', 'earlier']

describe('what the app writes before Litestream 0.3 begins', () => {
  it.each(['no', 'PASSIVE', 'RESTART', 'TRUNCATE'])(
    'is in the backup when it is told to end at once, with %s checkpoints',
    async (CHECKPOINT) => {
      const { host, machine } = await writesEarly({ CHECKPOINT })
      expect(await machine.stop(), machine.output()).toBe(0)
      expect(await rowsInBucket(host)).toEqual(all)
    },
  )

  it('is in the backup when it ends by itself', async () => {
    const { host, machine } = await writesEarly({ END: 'itself' })
    expect(await machine.exited, machine.output()).toBe(0)
    expect(await rowsInBucket(host)).toEqual(all)
  })

  it.each(['no', 'RESTART'])(
    'is sent by the next start after a crash, with %s checkpoints',
    async (CHECKPOINT) => {
      const { host, machine } = await writesEarly({ CHECKPOINT })
      await loseMachine(machine)
      const next = host.start()
      await next.ready()
      expect(await next.stop(), next.output()).toBe(0)
      expect(await rowsInBucket(host)).toEqual(all)
    },
  )

  it('stays on its volume when another machine has taken over while it stood still', async () => {
    const { host, machine } = await writesEarly({ FLY_MACHINE_ID: 'm1' })
    signalAll(machine, 'SIGSTOP')
    const volume = join(host.volume, '..', 'other')
    const other = host.start(
      { SEAWORTHY_VOLUME: volume, SEAWORTHY_EPHEMERAL: '1', FLY_MACHINE_ID: 'm2', PORT: '0' },
      ['node', 'hasty.js'],
    )
    await other.reached('replicate')
    await waitUntil(() => other.output().includes('\nwritten\n'))
    signalAll(machine, 'SIGCONT')
    expect(await machine.exited, machine.output()).toBe(75)
    expect(machine.codes()).toEqual(['SW-LEASE-LOST'])
    expect(machine.log.map(({ outcome }) => outcome)).not.toContain('replicating')
    expect(await other.stop(), other.output()).toBe(0)
    const back = host.start({ FLY_MACHINE_ID: 'm1' })
    expect(await back.exited).toBe(1)
    expect(back.codes()).toEqual(['SW-VOLUME-BEHIND'])
  })

  it('is kept by an app that goes on when Litestream cannot be started', async () => {
    const host = await newHost()
    const first = host.start()
    await first.ready()
    expect(await first.stop(), first.output()).toBe(0)
    const config = join(host.volume, '.seaworthy/litestream.json')
    rmSync(config)
    mkdirSync(config)
    const machine = host.start()
    await waitUntil(() => machine.log.some(({ text }) => text?.includes('EISDIR')))
    await machine.ready()
    await machine.add('one')
    expect(machine.outcome('replicate')).toBe('not-backed-up')
    expect(await machine.stop(), machine.output()).toBe(76)
    rmSync(config, { recursive: true })
    const next = host.start()
    await next.ready()
    expect(await next.stop(), next.output()).toBe(0)
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })
})
