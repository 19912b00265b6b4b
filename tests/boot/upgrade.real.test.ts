import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { type Machine, newHost } from '../support/machine.ts'

const [old, recent] = ['0.3', '0.5'].map((dialect) => ({
  SEAWORTHY_LITESTREAM: litestreams.find((each) => each.dialect === dialect)?.path,
}))
const hasBoth = litestreams.length === 2

const rowsOf = async (machine: Machine, text?: string): Promise<string[]> => {
  await machine.ready()
  if (text !== undefined) await machine.add(text)
  const rows = await machine.rows()
  expect(await machine.stop(), machine.output()).toBe(0)
  return rows
}

const timelineOf = (machine: Machine): unknown =>
  machine.log.find(({ outcome }) => outcome === 'replicating')?.timeline

describe.skipIf(!hasBoth)('from Litestream 0.3.13 to 0.5.16', () => {
  it.each(['kept', 'lost'])(
    'an app whose volume is %s goes on from its backup, and from its new one',
    async (volume) => {
      const host = await newHost()
      expect(await rowsOf(host.start(old), 'one')).toEqual(['seed', 'one'])
      if (volume === 'lost') host.loseVolume()
      const upgraded = host.start(recent)
      expect(await rowsOf(upgraded, 'two')).toEqual(['seed', 'one', 'two'])
      expect(upgraded.outcome('restore')).toBe(volume === 'lost' ? 'restored' : 'kept')
      expect(timelineOf(upgraded)).toBe(2)
      host.loseVolume()
      const reborn = host.start(recent)
      expect(await rowsOf(reborn, 'three')).toEqual(['seed', 'one', 'two', 'three'])
      expect(reborn.outcome('restore')).toBe('restored')
    },
  )

  it('the way back is refused where only the newer backup has the data', async () => {
    const host = await newHost()
    await rowsOf(host.start(old), 'one')
    await rowsOf(host.start(recent), 'two')
    host.loseVolume()
    const back = host.start(old)
    expect(await back.exited, back.output()).toBe(1)
    expect(back.codes()).toEqual(['SW-BACKUP-FORMAT'])
    expect(await rowsOf(host.start(recent))).toEqual(['seed', 'one', 'two'])
  })

  it('the way back is open where the volume has the data: on a timeline of its own', async () => {
    const host = await newHost()
    await rowsOf(host.start(old), 'one')
    await rowsOf(host.start(recent), 'two')
    const back = host.start(old)
    expect(await rowsOf(back, 'three')).toEqual(['seed', 'one', 'two', 'three'])
    expect(timelineOf(back)).toBe(3)
    host.loseVolume()
    expect(await rowsOf(host.start(old))).toEqual(['seed', 'one', 'two', 'three'])
  })

  it('the way back is open where the newer one never backed up: on the old timeline', async () => {
    const host = await newHost()
    await rowsOf(host.start(old), 'one')
    host.loseVolume()
    const migration = join(host.image, 'prisma/migrations/20260103000000_broken')
    mkdirSync(migration)
    writeFileSync(join(migration, 'migration.sql'), 'CREATE TABLE nonsense')
    const broken = host.start(recent)
    expect(await broken.exited, broken.output()).toBe(1)
    expect(broken.codes()).toEqual(['SW-MIGRATE-FAILED'])
    rmSync(migration, { recursive: true })
    host.loseVolume()
    expect(await rowsOf(host.start(old), 'two')).toEqual(['seed', 'one', 'two'])
  })
})
