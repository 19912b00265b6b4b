import { bucketSecrets } from '../../bucket/bucket.ts'
import { localPaths } from './paths.ts'
import { readRecord } from './record.ts'

/** The volume and the environment of a database that is not said to be elsewhere. */
export interface Surroundings {
  /** Null: there has been no machine here, or the environment names another volume. */
  volume: string | null
  env: NodeJS.ProcessEnv
}

/**
 * This environment; where it names no volume or no bucket, with those of the local machine.
 *
 * @throws SeaworthyError `SW-LOCAL-RECORD`.
 */
export const surroundings = (root: string, env: NodeJS.ProcessEnv): Surroundings => {
  const paths = localPaths(root)
  const record = readRecord(paths)
  const isBucketGiven = ['SEAWORTHY_BUCKET_DIR', ...bucketSecrets].some((name) => env[name])
  const isOurs = record?.bucket?.kind === 'folder' && !isBucketGiven
  return {
    volume: env.SEAWORTHY_VOLUME || (record && paths.volume),
    env: isOurs ? { ...env, SEAWORTHY_BUCKET_DIR: record.bucket?.location } : env,
  }
}
