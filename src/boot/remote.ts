import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Bucket, BucketConfig } from '../bucket/bucket.ts'
import { loadBucketCode, openBucket } from '../bucket/open.ts'
import type { Command } from '../command.ts'
import { askVersion, findLitestream, type Litestream, litestreamOf } from '../litestream/binary.ts'
import { effectiveConfig, type ReplicaConfig, readReplicaConfig, type Yaml } from '../litestream/config.ts'
import { readHead, type StoredHead, timelinePath } from './head.ts'
import { known } from './known.ts'
import type { Place } from './place.ts'
import type { Settings } from './settings.ts'

/** The bucket side of a start: where the backup is and the Litestream that reads and writes it. */
export interface Remote {
  bucket: Bucket
  litestream: Litestream
  config: ReplicaConfig
  /** The head as it was a moment ago: it was asked for beside other work. */
  headAhead(): Promise<StoredHead | null>
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
  const { litestreamConfig } = settings
  const path = findLitestream(settings.litestreamBinary, env.PATH)
  // The binary is asked while the modules load.
  const [litestream, yml] = await Promise.all([
    identify(path, place.state),
    readYml(litestreamConfig, place.state),
    loadBucketCode(bucketConfig.kind),
  ])
  const config = readReplicaConfig(yml, litestreamConfig, basename(place.file))
  const target = withStyle(bucketConfig, config)
  const bucket = await openBucket(target, { timeoutMs: settings.requestTimeout * 1000 })
  return {
    bucket,
    litestream,
    config,
    headAhead: readAhead(bucket, config.path),
    command: (timeline, verb, args) => {
      const file = join(place.state, 'litestream.json')
      mkdirSync(place.state, { recursive: true })
      const text = effectiveConfig(config, place.file, target, timelinePath(config.path, timeline))
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

/** Milliseconds for which an answer counts as one of this moment. */
const freshMs = 300

// A request takes as long as locking the volume. What has changed meanwhile is noticed by the write that follows.
const readAhead = (bucket: Bucket, path: string): Remote['headAhead'] => {
  const asked = performance.now()
  const answer = readHead(bucket, path)
  answer.catch(() => {})
  return async () => {
    if (performance.now() - asked > freshMs) return readHead(bucket, path)
    const stored = await answer
    return stored?.head.isConditional === false ? readHead(bucket, path) : stored
  }
}

const withStyle = (bucket: BucketConfig, { replica }: ReplicaConfig): BucketConfig => {
  const style = replica['force-path-style']
  return bucket.kind === 's3' && typeof style === 'boolean' ? { ...bucket, isPathStyle: style } : bucket
}

// Another binary at the same path has another size or time.
const identify = async (path: string, state: string): Promise<Litestream> => {
  const { size, mtimeMs, ctimeMs } = statSync(path)
  const source = `${path} ${size} ${mtimeMs} ${ctimeMs}`
  return litestreamOf(path, await known(state, 'litestream', source, () => askVersion(path)))
}

const readYml = async (file: string, state: string): Promise<Yaml | null> => {
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  return known(state, 'litestream-yml', text, async () =>
    (await import('../litestream/yml.ts')).parseYml(file, text),
  )
}
