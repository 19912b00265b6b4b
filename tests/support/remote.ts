import { readHead } from '../../src/boot/head.ts'
import type { Remote } from '../../src/boot/remote.ts'
import type { Bucket } from '../../src/bucket/bucket.ts'

/** The bucket side of a start whose Litestream is not needed. */
export const remoteOn = (bucket: Bucket, path: string, changes: Partial<Remote> = {}): Remote => ({
  bucket,
  litestream: { path: '', version: '0.3.13', dialect: '0.3' },
  config: { path, database: {}, replica: {} },
  headAhead: () => readHead(bucket, path),
  command: () => ({ file: 'true', args: [] }),
  ...changes,
})
