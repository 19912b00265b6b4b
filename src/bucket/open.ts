import type { Bucket, BucketConfig } from './bucket.ts'
import { folderBucket } from './folder.ts'

/** The bucket of this configuration. The S3 client is loaded only when it is needed: a start pays for what it uses. */
export const openBucket = async (config: BucketConfig): Promise<Bucket> =>
  config.kind === 'folder' ? folderBucket(config) : (await import('./s3.ts')).s3Bucket(config)
