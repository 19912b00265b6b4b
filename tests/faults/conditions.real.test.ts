import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts'
import { newHost } from '../support/machine.ts'
import { hasS3Server, type S3Server, startS3Server } from '../support/s3-server.ts'

describe.runIf(hasS3Server)('a store without conditional writes', () => {
  let s3: S3Server
  beforeAll(async () => {
    s3 = await startS3Server()
  })
  afterAll(() => s3.stop())

  it.each<Fault>(['ignores conditions', 'refuses conditions'])(
    'that %s: one warning, and it works, through a redeploy and the loss of the volume',
    async (fault) => {
      const proxy = await startFaultProxy(s3.config)
      onTestFinished(() => proxy.close())
      await proxy.set(fault)
      const host = await newHost()
      const bucket = { BUCKET_NAME: fault.replace(' ', '-'), AWS_ENDPOINT_URL_S3: proxy.endpoint }
      await s3.makeBucket(bucket.BUCKET_NAME)
      const env = { ...s3.env, ...bucket, SEAWORTHY_BUCKET_DIR: undefined }
      const warnings: string[] = []
      const start = async () => {
        const machine = host.start(env)
        await machine.ready()
        return machine
      }
      const stop = async (machine: Awaited<ReturnType<typeof start>>) => {
        expect(await machine.stop(), machine.output()).toBe(0)
        warnings.push(...machine.log.flatMap(({ level, text = '' }) => (level === 'warn' ? [text] : [])))
      }
      const first = await start()
      await first.add('one')
      await stop(first)
      const second = await start()
      await second.add('two')
      await stop(second)
      host.loseVolume()
      const third = await start()
      expect(await third.rows()).toEqual(['seed', 'one', 'two'])
      await stop(third)
      expect(warnings).toEqual([expect.stringContaining('conditional writes')])
    },
  )

  it('where another machine has taken the lease over: the first one stops its app', async () => {
    const proxy = await startFaultProxy(s3.config)
    onTestFinished(() => proxy.close())
    await proxy.set('ignores conditions')
    await s3.makeBucket('taken-over')
    const bucket = { BUCKET_NAME: 'taken-over', AWS_ENDPOINT_URL_S3: proxy.endpoint }
    const env = { ...s3.env, ...bucket, SEAWORTHY_BUCKET_DIR: undefined }
    const host = await newHost()
    const other = await newHost()
    const first = host.start(env)
    await first.ready()
    process.kill(first.pid, 'SIGSTOP')
    const second = other.start(env)
    await second.ready()
    process.kill(first.pid, 'SIGCONT')
    expect(await first.exited).toBe(75)
    expect(first.codes()).toEqual(['SW-LEASE-LOST'])
    expect(await second.stop()).toBe(0)
  })
})
