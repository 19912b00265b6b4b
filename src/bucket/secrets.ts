import { SeaworthyError } from '../errors.ts'
import { bucketSecrets } from './bucket.ts'

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

const incomplete = (missing: string[]): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BUCKET-SECRETS',
    what: `Of the bucket's five secrets ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    why: 'With all five the database is backed up, with none it is not; some of them is a mistake.',
    next: `Set what is missing (on Fly.io: fly secrets set ${missing.map((name) => `${name}=…`).join(' ')}), or unset all five.`,
  })
