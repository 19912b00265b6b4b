import { existsSync, mkdirSync } from 'node:fs'
import { hasBucketSecrets } from '../../bucket/secrets.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import type { BackupPlan } from '../../plan/plan-types.ts'
import { litestreamFor } from './litestream.ts'
import type { LocalPaths } from './paths.ts'
import type { LocalBucket, MachineRecord } from './record.ts'

/** What a machine backs its database up with. */
export interface MachineBackup {
  bucket: LocalBucket
  /** Path of the binary. */
  litestream: string
}

/**
 * The bucket that this environment chooses: the five secrets' one, or without them the folder.
 *
 * @throws SeaworthyError `SW-BUCKET-SECRETS` when only some of the five are set.
 */
export const chosenBucket = (paths: LocalPaths, env: NodeJS.ProcessEnv): LocalBucket =>
  hasBucketSecrets(env)
    ? { kind: 's3', location: `s3://${env.BUCKET_NAME} at ${env.AWS_ENDPOINT_URL_S3}` }
    : { kind: 'folder', location: paths.bucket }

/**
 * Finds Litestream and the bucket for a machine, and makes the bucket's folder where there was none.
 *
 * @throws SeaworthyError `SW-LITESTREAM-MISSING`, `SW-LITESTREAM-VERSION`, `SW-BUCKET-SECRETS`, `SW-LOCAL-BUCKET-GONE`.
 */
export const prepareBackup = async (
  planned: BackupPlan,
  paths: LocalPaths,
  record: MachineRecord | null,
  ctx: Context,
): Promise<MachineBackup> => {
  const { path, version } = await litestreamFor(ctx)
  if (version !== planned.litestream)
    ctx.log(
      `Warning: here Litestream ${version} is used (${path}), in the image it is ${planned.litestream}.`,
    )
  const bucket = chosenBucket(paths, ctx.env)
  if (bucket.kind === 'folder') makeBucket(paths, record)
  return { bucket, litestream: path }
}

// A bucket that is gone without having been destroyed must not be taken for an empty one.
const makeBucket = (paths: LocalPaths, record: MachineRecord | null): void => {
  if (record?.bucket?.kind !== 'folder') mkdirSync(paths.bucket, { recursive: true })
  if (existsSync(paths.bucket)) return
  throw new SeaworthyError({
    code: 'SW-LOCAL-BUCKET-GONE',
    what: `The bucket folder ${paths.bucket} is gone.`,
    why: 'It held the backup; a machine would go on without one, or begin with an empty database.',
    next: 'Put it back, or say that its backup is lost: npx seaworthy local destroy bucket --yes',
  })
}
