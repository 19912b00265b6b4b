import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Head, readHead } from '../../src/boot/head.ts'
import type { Place } from '../../src/boot/place.ts'
import { openSession, type Session } from '../../src/boot/session.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'
import { remoteOn } from '../support/remote.ts'

const path = 'litestream/dev.db'

/** A volume with a database. */
const newVolume = (): Place => {
  const volume = project({})
  const state = join(volume, '.seaworthy')
  const file = join(volume, 'dev.db')
  mkdirSync(state)
  writeFileSync(join(state, 'lock.db'), '')
  withSqlite(file, {}, (database) => database.exec('CREATE TABLE "Row" ("text" TEXT)'))
  return { file, link: null, newFile: join(state, 'new/dev.db'), state, url: null }
}

const newStore = () => {
  const bucket = folderBucket({ kind: 'folder', directory: project({}) })
  const read = () => readHead(bucket, path)
  /** @param headAhead what a start does between its look at the head and its write. */
  const open = (place: Place, headAhead = read): Promise<Session> => {
    const remote = remoteOn(bucket, path, { headAhead })
    return openSession({ remote, place, env: {}, ttl: 0.3, patience: 1, log: () => {} })
  }
  return { read, open }
}

/** As `settleTimeline` does it when Litestream begins. */
const wroteLast = ({ lease, me }: Session): Promise<void> =>
  lease.update((head): Head => ({ ...head, lastBoot: me.boot }))

describe('a volume is compared with the backup as it is when the lease is taken', () => {
  it.each([
    ['let its lease go', true],
    ['died', false],
  ])('and not before another machine has written to it and %s', async (_, isReleased) => {
    const { read, open } = newStore()
    const [ours, theirs] = [newVolume(), newVolume()]
    const before = await open(ours)
    await wroteLast(before)
    await before.lease.release()
    const session = await open(ours, async () => {
      const stored = await read()
      const other = await open(theirs)
      await wroteLast(other)
      if (isReleased) await other.lease.release()
      return stored
    })
    expect(await session.whyBehind()).toMatch(/Another volume/)
  })
})
