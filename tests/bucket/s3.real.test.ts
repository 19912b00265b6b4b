import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bucket, S3Config } from '../../src/bucket/bucket.ts'
import { s3Bucket } from '../../src/bucket/s3.ts'
import { hasS3Server, type S3Server, startS3Server } from '../support/s3-server.ts'
import { holdsTheContract } from './contract.ts'

describe.runIf(hasS3Server)('a real S3 server', () => {
  let server: S3Server
  beforeAll(async () => {
    server = await startS3Server()
  })
  afterAll(() => server.stop())

  const open = (changes: Partial<S3Config> = {}): Bucket => s3Bucket({ ...server.config, ...changes })

  holdsTheContract(() => open())

  it('lists more than the thousand of one answer', async () => {
    const bucket = open()
    const keys = Array.from({ length: 1_010 }, (_, index) => `many/${String(index).padStart(4, '0')}`)
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map((key) => bucket.put(key, 'x')))
    expect((await bucket.list('many/')).map(({ key }) => key)).toEqual(keys)
    expect(await bucket.list('many/', { startAfter: 'many/0004', limit: 1_002 })).toHaveLength(1_002)
  })

  it.each<[string, Partial<S3Config>, string]>([
    ['a wrong secret', { secretAccessKey: 'another' }, 'SW-BUCKET-DENIED'],
    ['a wrong key id', { accessKeyId: 'another' }, 'SW-BUCKET-DENIED'],
    ['a bucket that is not there', { bucket: 'another' }, 'SW-BUCKET-MISSING'],
  ])('%s is an error, and never "nothing there"', async (_, changes, code) => {
    const bucket = open(changes)
    await expect(bucket.get('key')).rejects.toMatchObject({ code })
    await expect(bucket.list('')).rejects.toMatchObject({ code })
    await expect(bucket.put('key', 'text')).rejects.toMatchObject({ code })
    await expect(bucket.put('key', 'text', { isAbsent: true })).rejects.toMatchObject({ code })
  })
})
