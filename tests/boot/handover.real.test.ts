import { chownSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { expectSound, litestreamsOn, newClient, newReleases, says } from '../support/releases.ts'

/** A release that serves a client, and a migration that the next one brings. */
const busyRelease = async (litestream: string, migration: string, script: string) => {
  const releases = await newReleases(litestream)
  releases.addMigration(migration, script)
  const first = releases.old()
  await first.reached('replicate')
  const client = newClient(releases.host, () => [first])
  await client.goesOn()
  return { ...releases, first, client }
}

describe.each(litestreams)('a start beside another, Litestream $dialect', ({ path }) => {
  it('serves beside it, takes over when it ends, and hands over to the next', async () => {
    const { host, old, next } = await newReleases(path)
    const first = old()
    await first.ready()
    await first.reached('replicate')
    const machines = [first]
    const client = newClient(host, () => machines)
    const second = next()
    await second.ready()
    machines.push(second)
    expect(second.outcome('link')).toBe('beside')
    expect(litestreamsOn(host)).toBe(1)
    await client.goesOn()
    expect(await first.stop(), first.output()).toBe(0)
    expect(first.outcome('handover')).toBe('handed-over')
    await says(second, 'took-over')
    await client.goesOn()
    const third = old()
    await third.ready()
    machines.push(third)
    await client.goesOn()
    expect(await second.stop(), second.output()).toBe(0)
    await says(third, 'took-over')
    expect(litestreamsOn(host)).toBe(1)
    await client.goesOn()
    await client.stop()
    expect(await third.stop(), third.output()).toBe(0)
    expect(third.outcome('stop')).toBe('confirmed')
    await expectSound(host, path, client)
    expect(existsSync(join(host.volume, '.seaworthy/running.next.json'))).toBe(false)
  })

  it('applies what only adds while the other serves, behind a restore point', async () => {
    const { host, next, first, client } = await busyRelease(
      path,
      '20260201000000_add',
      `-- a column, a table, an index
       ALTER TABLE "Row" ADD COLUMN "extra" TEXT NOT NULL DEFAULT '';
       CREATE TABLE "Label" ("id" INTEGER PRIMARY KEY, "text" TEXT NOT NULL);
       CREATE UNIQUE INDEX "Label_text" ON "Label" ("text");
       CREATE INDEX "Row_extra" ON "Row" ("extra");`,
    )
    const second = next()
    await second.ready()
    expect(second.log.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['beside', 'restore-point', 'migrated', 'launched']),
    )
    await client.goesOn()
    expect(first.outcome('stop')).toBeUndefined()
    expect(readdirSync(join(host.volume, '.seaworthy/restore-points'))).toHaveLength(1)
    await client.stop()
    expect(await first.stop(), first.output()).toBe(0)
    await says(second, 'took-over')
    expect(await second.stop(), second.output()).toBe(0)
    await expectSound(host, path, client)
  })

  it('stops the other first where a migration takes something away, and says why', async () => {
    const { host, next, first, client } = await busyRelease(
      path,
      '20260201000000_break',
      'ALTER TABLE "Row" RENAME TO "Line"; ALTER TABLE "Line" RENAME TO "Row";',
    )
    const second = next()
    await second.ready()
    await client.stop()
    expect(second.log.find(({ step }) => step === 'handover')?.text).toContain(
      'the migration 20260201000000_break drops or renames the table Row',
    )
    expect(second.outcome('restore')).toBe('kept')
    expect(first.outcome('stop')).toBe('confirmed')
    // It is told to end by whoever runs it, as in a hand-over.
    expect(await first.stop(), first.output()).toBe(0)
    expect(await second.stop(), second.output()).toBe(0)
    await expectSound(host, path, client)
  })

  it('that fails to begin leaves the other serving', async () => {
    const { host, next, first, client } = await busyRelease(
      path,
      '20260201000000_add',
      'CREATE TABLE "Label" ("id" INTEGER PRIMARY KEY);',
    )
    const second = next({ NODE_OPTIONS: '--require=/nowhere.js' })
    expect(await second.exited).not.toBe(0)
    await client.goesOn()
    const third = next({ PORT: 'no port' })
    await says(third, 'launched')
    expect(await third.exited, third.output()).not.toBe(0)
    await says(first, 'warning')
    await client.goesOn()
    await client.stop()
    expect(await first.stop(), first.output()).toBe(0)
    expect(first.outcome('stop')).toBe('confirmed')
    await expectSound(host, path, client)
  })

  it('that cannot be migrated after all lets the other be started again', async () => {
    const { host, old, next, first, client } = await busyRelease(
      path,
      '20260201000000_break',
      'DELETE FROM "Row" WHERE "id" < 0; DROP TABLE "None";',
    )
    await client.stop()
    const second = next()
    expect(await second.exited, second.output()).toBe(1)
    expect(await first.exited, first.output()).toBe(75)
    const again = old()
    await again.ready()
    expect(await again.stop(), again.output()).toBe(0)
    await expectSound(host, path, client)
  })
})

describe.runIf(process.getuid?.() === 0)('started by root', () => {
  it('begins beside another as the user that both become', async () => {
    const path = litestreams[0]?.path ?? ''
    const { host, old, next } = await newReleases(path)
    chownSync(host.bucketDir, 1000, 1000)
    const user = { SEAWORTHY_USER: '1000:1000' }
    const first = old(user)
    await first.ready()
    const second = next(user)
    await second.ready()
    expect(second.outcome('link')).toBe('beside')
    const client = newClient(host, () => [second])
    await client.goesOn()
    expect(await first.stop(), first.output()).toBe(0)
    await says(second, 'took-over')
    await client.goesOn()
    await client.stop()
    expect(await second.stop(), second.output()).toBe(0)
    await expectSound(host, path, client)
  })
})

describe('without the option', () => {
  it('a second start waits for the end of the first, as ever', async () => {
    const { host, old, next } = await newReleases(litestreams[0]?.path ?? '')
    const first = old({ SEAWORTHY_HANDOVER: undefined })
    await first.ready()
    expect(existsSync(join(host.volume, '.seaworthy/handover.sock'))).toBe(false)
    const second = next({ SEAWORTHY_LOCK_WAIT: '1' })
    expect(await second.exited, second.output()).toBe(75)
    expect(second.codes()).toEqual(['SW-VOLUME-LOCKED'])
    expect(await first.stop(), first.output()).toBe(0)
  })
})
