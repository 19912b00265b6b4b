import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/sqlite/driver.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { hasS3Server, type S3Server, startS3Server } from '../support/s3-server.ts'

let s3: S3Server | undefined
beforeAll(async () => {
  if (hasS3Server) s3 = await startS3Server()
})
afterAll(() => s3?.stop())

const buckets = [
  { bucket: 'a folder', env: () => ({}) },
  { bucket: 'S3', env: () => ({ SEAWORTHY_BUCKET_DIR: undefined, ...s3?.env }) },
].filter(({ bucket }) => bucket === 'a folder' || hasS3Server)

const cases = litestreams.flatMap(({ dialect, path }) => buckets.map((each) => ({ ...each, dialect, path })))

describe.each(cases)('Litestream $dialect with $bucket', ({ dialect, path, bucket, env: bucketEnv }) => {
  it('keeps every row through redeploy, crash, and the loss of machine and volume', async () => {
    const host = await newHost()
    const yml = `dbs:\n  - path: /data/dev.db\n    replicas:\n      - type: s3\n        path: story-${dialect}-${bucket.replace(' ', '-')}/dev.db$SEAWORTHY_TIMELINE\n`
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(host.image, 'litestream.yml'), yml)
    const env = { ...bucketEnv(), SEAWORTHY_LITESTREAM: path }

    const first = host.start(env)
    await first.ready()
    await first.reached('replicate')
    expect(['restore', 'migrate', 'seed', 'replicate'].map(first.outcome)).toEqual([
      'created',
      'migrated',
      'seeded',
      'replicating',
    ])
    expect(await first.add('one')).toBe(201)
    expect(await first.stop(), first.output()).toBe(0)
    expect(first.outcome('stop')).toBe('confirmed')

    const redeployed = host.start(env)
    await redeployed.ready()
    expect(['restore', 'migrate', 'seed'].map(redeployed.outcome)).toEqual([
      'kept',
      'nothing-pending',
      'already-seeded',
    ])
    await redeployed.add('two')
    await redeployed.kill()

    const afterCrash = host.start(env)
    await afterCrash.ready()
    expect(afterCrash.log.find(({ step }) => step === 'lease')).toMatchObject({
      outcome: 'leased',
      timeline: 1,
    })
    await afterCrash.add('three')
    // Time for the upload: a lost machine may lose the last 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await afterCrash.kill()
    host.loseVolume()

    const reborn = host.start(env)
    await reborn.ready()
    expect(reborn.outcome('restore')).toBe('restored')
    expect(reborn.log.find(({ outcome }) => outcome === 'leased')).toMatchObject({ timeline: 2 })
    expect(await reborn.rows()).toEqual(['seed', 'one', 'two', 'three'])
    await reborn.add('four')
    expect(await reborn.stop()).toBe(0)
    host.loseVolume()

    const again = host.start(env)
    await again.ready()
    expect(await again.rows()).toEqual(['seed', 'one', 'two', 'three', 'four'])
    expect(await again.stop()).toBe(0)

    const database = openSqlite(join(host.volume, 'dev.db'))
    expect(database.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
    expect(database.all('SELECT migration_name FROM _prisma_migrations')).toHaveLength(2)
    database.close()
  })
})

describe('what is left on the volume', () => {
  it('is the database, Litestream’s folder and ours, and nothing secret', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_BUCKET_DIR: undefined, ...s3?.env })
    await machine.ready()
    await machine.stop()
    expect(existsSync(join(host.volume, 'dev.db'))).toBe(true)
    const files = readdirSync(host.volume, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    )
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1')
      expect(text).not.toContain('*test*')
    }
    expect(machine.output()).not.toContain('*test*')
  })
})
