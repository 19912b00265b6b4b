import { mkdirSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readHead } from '../../src/boot/head.ts'
import { s3Bucket } from '../../src/bucket/s3.ts'
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts'
import { type Host, newHost } from '../support/machine.ts'
import { hasS3Server, startS3Server, waitUntil } from '../support/s3-server.ts'

/** An app that runs without its bucket, and whose bucket comes back: the write of the lease meets this fault. */
const comesBack = async (fault: Fault, meanwhile: (host: Host) => void = () => {}) => {
  const s3 = await startS3Server()
  const proxy = await startFaultProxy(s3.config)
  onTestFinished(() => {
    proxy.close()
    s3.stop()
  })
  const host = await newHost()
  const keys = { SEAWORTHY_BUCKET_DIR: undefined, ...s3.env, AWS_ENDPOINT_URL_S3: proxy.endpoint }
  const start = () => host.start({ ...keys, SEAWORTHY_SYNC_TIMEOUT: '6' })
  const first = start()
  await first.ready()
  expect(await first.stop(), first.output()).toBe(0)
  await proxy.set('refused')
  const machine = start()
  await machine.ready()
  await machine.add('while it is away')
  meanwhile(host)
  let isUnderWay = false
  await proxy.set(fault, ({ method, url }: IncomingMessage) => {
    const isLease = !isUnderWay && method === 'PUT' && url?.includes('head.json') === true
    isUnderWay ||= isLease
    return isLease
  })
  await waitUntil(() => isUnderWay)
  const head = () => readHead(s3Bucket(s3.config), 'litestream/dev.db')
  return { host, machine, start, head }
}

describe.runIf(hasS3Server)('an app that ends just when its bucket is back', () => {
  it('has its last writes backed up', async () => {
    const { host, machine, start } = await comesBack('slow')
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(machine.outcome('stop')).toBe('confirmed')
    host.loseVolume()
    const reborn = start()
    await reborn.ready()
    expect(await reborn.rows()).toEqual(['seed', 'while it is away'])
  })

  it('is not waited for without end, and the next start sends them', async () => {
    const { machine, start } = await comesBack('black hole')
    const began = performance.now()
    expect(await machine.stop(), machine.output()).toBe(76)
    expect(performance.now() - began).toBeLessThan(9_000)
    expect(machine.log.find(({ outcome }) => outcome === 'not-confirmed')?.text).toContain(
      'cannot be reached',
    )
    const next = start()
    await next.ready()
    expect(await next.stop(), next.output()).toBe(0)
  })
})

// Else it would take the lease from itself at its next try, and stop the app for it.
it.skipIf(!hasS3Server)('an app whose Litestream cannot be started then lets the lease go', async () => {
  const { machine, head } = await comesBack('slow', ({ volume }) => {
    const config = join(volume, '.seaworthy/litestream.json')
    rmSync(config)
    mkdirSync(config)
  })
  await waitUntil(() => machine.log.some(({ text }) => text?.includes('EISDIR')))
  expect((await head())?.head.lease).toBeNull()
  expect(await machine.stop(), machine.output()).toBe(76)
})
