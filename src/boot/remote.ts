import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Bucket } from '../bucket/bucket.ts'
import { openBucket } from '../bucket/open.ts'
import type { Command } from '../command.ts'
import { findLitestream, identifyLitestream, type Litestream } from '../litestream/binary.ts'
import type { ReplicaConfig } from '../litestream/config.ts'
import { timelinePath } from './head.ts'
import type { Place } from './place.ts'
import type { Settings } from './settings.ts'

/** The bucket side of a start: where the backup is and the Litestream that reads and writes it. */
export interface Remote {
  bucket: Bucket
  litestream: Litestream
  config: ReplicaConfig
  /** A Litestream command on a timeline, e.g. `['replicate']`: with its configuration and without what upsets it. */
  command(timeline: number, verb: string, args: readonly string[]): Command
}

/** @throws SeaworthyError when Litestream is missing or unknown, or `litestream.yml` cannot be used. */
export const openRemote = async (
  settings: Settings,
  place: Place,
  env: NodeJS.ProcessEnv,
): Promise<Remote | null> => {
  const { bucket: bucketConfig } = settings
  if (bucketConfig === null) return null
  const path = findLitestream(settings.litestreamBinary, env.PATH)
  // The binary is asked while the modules load.
  const [litestream, bucket, { readReplicaConfig, effectiveConfig }] = await Promise.all([
    identifyLitestream(path),
    openBucket(bucketConfig),
    import('../litestream/config.ts'),
  ])
  const config = readReplicaConfig(settings.litestreamConfig, basename(place.file))
  return {
    bucket,
    litestream,
    config,
    command: (timeline, verb, args) => {
      const file = join(place.state, 'litestream.json')
      mkdirSync(place.state, { recursive: true })
      const text = effectiveConfig(config, place.file, bucketConfig, timelinePath(config.path, timeline))
      writeFileSync(file, text)
      return {
        file: litestream.path,
        args: [verb, '-config', file, ...args],
        // Litestream 0.5's S3 client fails with "unable to add custom RootCAs" when this is set.
        env: { AWS_CA_BUNDLE: undefined },
      }
    },
  }
}
