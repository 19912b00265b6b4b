import type { Bucket, BucketConfig } from './bucket.ts'
import { folderBucket } from './folder.ts'

/** Loads what `openBucket` needs, beside other work. The S3 client only where it is used: every start pays for this. */
export const loadBucketCode = async (kind: BucketConfig['kind']): Promise<void> => {
  if (kind === 's3') await import('./s3.ts')
}

/** @param options `timeoutMs`: milliseconds that a request to a store may take. */
export const openBucket = async (config: BucketConfig, options: { timeoutMs: number }): Promise<Bucket> =>
  config.kind === 'folder' ? folderBucket(config) : (await import('./s3.ts')).s3Bucket(config, options)
