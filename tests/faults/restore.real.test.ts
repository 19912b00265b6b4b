import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { hasS3Server, type S3Server, startS3Server } from '../support/s3-server.ts'

const faults: Fault[] = ['black hole', '503', 'truncated', 'page with 200']

const cases = litestreams.flatMap((litestream) => faults.map((fault) => ({ ...litestream, fault })))

describe.runIf(hasS3Server)('a bucket that breaks while Litestream restores', () => {
  let s3: S3Server
  beforeAll(async () => {
    s3 = await startS3Server()
  })
  afterAll(() => s3.stop())

  it.each(cases)(
    '$fault: ends in time, leaves nothing, and the next start restores ($dialect)',
    async (each) => {
      const proxy = await startFaultProxy(s3.config)
      onTestFinished(() => proxy.close())
      const host = await newHost()
      const bucket = { BUCKET_NAME: `${each.fault}-${each.dialect}`.replaceAll(/[ .]/g, '-') }
      await s3.makeBucket(bucket.BUCKET_NAME)
      const env = {
        ...s3.env,
        ...bucket,
        SEAWORTHY_BUCKET_DIR: undefined,
        SEAWORTHY_LITESTREAM: each.path,
        SEAWORTHY_STALL: '1',
        AWS_ENDPOINT_URL_S3: proxy.endpoint,
      }
      const first = host.start(env)
      await first.ready()
      await first.add('one')
      expect(await first.stop()).toBe(0)
      host.loseVolume()

      // Our own requests have no user agent; Litestream's name the SDK.
      await proxy.set(each.fault, ({ headers }) => headers['user-agent'] !== undefined)
      const broken = host.start(env)
      expect(await broken.exited, broken.output()).toBe(75)
      expect(broken.codes()).toEqual(['SW-RESTORE-FAILED'])
      expect(existsSync(join(host.volume, 'dev.db'))).toBe(false)

      await proxy.set(null)
      const healed = host.start(env)
      await healed.ready()
      expect(await healed.rows()).toEqual(['seed', 'one'])
      expect(await healed.stop()).toBe(0)
    },
  )
})
