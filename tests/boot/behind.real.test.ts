import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/command.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { childrenOf, signalLitestream } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const putBack = (host: Host, copy: string): void => {
  rmSync(host.volume, { recursive: true })
  cpSync(copy, host.volume, { recursive: true, preserveTimestamps: true })
}

/** What has happened since the copy was made. */
const copies = {
  'of an earlier start': 'another start',
  'of this very start': 'more rows',
  'of this very start, before another Litestream began a backup of its own': 'another Litestream',
} as const

/** Litestream dies, finds another log when it comes back, and begins with a snapshot. */
const beginAnew = async (host: Host, machine: Machine): Promise<void> => {
  const dead = await signalLitestream(machine, 'SIGKILL')
  withSqlite(join(host.volume, 'dev.db'), {}, (database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
  await machine.add('while it is away')
  await waitUntil(() => childrenOf(machine, 'replicate').some((pid) => pid !== dead))
}

const rowsOf = (file: string) =>
  withSqlite(file, {}, (database) =>
    database.all<{ text: string }>('SELECT text FROM "Row" ORDER BY id'),
  ).map(({ text }) => text)

describe.each(litestreams)(
  'Litestream $dialect: a volume put back from an older copy',
  ({ dialect, path }) => {
    const run1 = async (host: Host, text: string, end: (machine: Machine) => Promise<unknown>) => {
      const machine = host.start({ SEAWORTHY_LITESTREAM: path })
      await machine.ready()
      await machine.add(text)
      await end(machine)
    }

    /** A host with the rows `old` and `new` in the bucket, whose volume has `old` alone. */
    const behind = async (since: (typeof copies)[keyof typeof copies]): Promise<Host> => {
      const host = await newHost()
      const copy = join(host.volume, '..', 'copy')
      if (since !== 'another start') {
        await run1(host, 'old', async (machine) => {
          await pause(700)
          cpSync(host.volume, copy, { recursive: true })
          if (since === 'another Litestream') await beginAnew(host, machine)
          await machine.add('new')
          await machine.stop()
        })
      } else {
        await run1(host, 'old', (machine) => machine.stop())
        cpSync(host.volume, copy, { recursive: true, preserveTimestamps: true })
        await run1(host, 'new', (machine) => machine.stop())
      }
      putBack(host, copy)
      return host
    }

    it.each(Object.entries(copies))('is refused: %s', async (_, since) => {
      const host = await behind(since)
      const machine = host.start({ SEAWORTHY_LITESTREAM: path })
      expect(await machine.exited, machine.output()).toBe(1)
      expect(machine.codes()).toEqual(['SW-VOLUME-BEHIND'])
      expect(machine.output()).toMatch(/SEAWORTHY_RECONCILE=restore.*SEAWORTHY_RECONCILE=keep/)
      const again = host.start({ SEAWORTHY_LITESTREAM: path })
      expect(await again.exited, 'a second start must not have forgotten it').toBe(1)
      expect(again.codes()).toEqual(['SW-VOLUME-BEHIND'])
    })

    it('takes the backup when told to, and keeps the local file aside', async () => {
      const host = await behind('another start')
      const machine = host.start({ SEAWORTHY_LITESTREAM: path, SEAWORTHY_RECONCILE: 'restore' })
      await machine.ready()
      expect(await machine.rows()).toEqual(['seed', 'old', 'new'])
      expect(existsSync(join(host.volume, '.seaworthy/aside'))).toBe(true)
      expect(await machine.stop(), machine.output()).toBe(0)
    })

    it('goes on from the local file when told to, and the backup stays', async () => {
      const host = await behind('another start')
      const machine = host.start({ SEAWORTHY_LITESTREAM: path, SEAWORTHY_RECONCILE: 'keep' })
      await machine.ready()
      expect(await machine.rows()).toEqual(['seed', 'old'])
      await machine.add('other')
      expect(await machine.stop(), machine.output()).toBe(0)

      host.loseVolume()
      const reborn = host.start({ SEAWORTHY_LITESTREAM: path })
      await reborn.ready()
      expect(await reborn.rows()).toEqual(['seed', 'old', 'other'])
      await reborn.stop()

      const left = join(host.volume, 'left.db')
      const url = `file://${host.bucketDir}/litestream/dev.db`
      const { code, stderr } = await run({ file: path, args: ['restore', '-o', left, url] })
      expect(code, `${dialect}: ${stderr}`).toBe(0)
      expect(rowsOf(left)).toEqual(['seed', 'old', 'new'])
    })

    it('is no such volume: one that another machine took over goes on from where it was', async () => {
      const host = await newHost()
      const first = host.start({ SEAWORTHY_LITESTREAM: path, FLY_MACHINE_ID: 'm1' })
      await first.ready()
      await first.add('one')
      await pause(700)
      await first.kill()
      const second = host.start({ SEAWORTHY_LITESTREAM: path, FLY_MACHINE_ID: 'm2' })
      await second.ready()
      expect(second.log.find(({ outcome }) => outcome === 'leased')).toMatchObject({ timeline: 2 })
      await second.add('two')
      expect(await second.stop(), second.output()).toBe(0)
      host.loseVolume()
      const third = host.start({ SEAWORTHY_LITESTREAM: path })
      await third.ready()
      expect(await third.rows()).toEqual(['seed', 'one', 'two'])
    })
  },
)
