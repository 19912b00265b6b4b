import { badVariable, SeaworthyError } from '../errors.ts'
import { bucketSecrets, type S3Config } from './bucket.ts'

/**
 * Whether the five secrets of a bucket are in this environment.
 *
 * @throws SeaworthyError `SW-BUCKET-SECRETS` naming those that are missing when only some are.
 */
export const hasBucketSecrets = (env: NodeJS.ProcessEnv): boolean => {
  const missing = bucketSecrets.filter((name) => !env[name])
  if (missing.length > 0 && missing.length < bucketSecrets.length) throw incomplete(missing)
  return missing.length === 0
}

/**
 * The S3 bucket of this environment; null where none of its secrets is set.
 *
 * @throws SeaworthyError `SW-BUCKET-SECRETS`, `SW-ENV` where the endpoint is no address.
 */
export const s3FromEnvironment = (env: NodeJS.ProcessEnv): S3Config | null =>
  hasBucketSecrets(env)
    ? {
        kind: 's3',
        bucket: env.BUCKET_NAME ?? '',
        endpoint: withProtocol(env.AWS_ENDPOINT_URL_S3 ?? ''),
        region: env.AWS_REGION ?? '',
        accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      }
    : null

const withProtocol = (endpoint: string): string => {
  const url = /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`
  if (URL.canParse(url)) return url
  throw badVariable('AWS_ENDPOINT_URL_S3', 'an address such as https://fly.storage.tigris.dev')
}

const incomplete = (missing: string[]): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BUCKET-SECRETS',
    what: `Of the bucket's five secrets ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    why: 'With all five the database is backed up, with none it is not; some of them is a mistake.',
    next: `Set what is missing (on Fly.io: fly secrets set ${missing.map((name) => `${name}=…`).join(' ')}), or unset all five.`,
  })
