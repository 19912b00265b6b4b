import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bucketSecrets } from '../../bucket/bucket.ts'
import { openBucket } from '../../bucket/open.ts'
import { s3FromEnvironment } from '../../bucket/secrets.ts'
import { reasonOf, SeaworthyError } from '../../errors.ts'
import { envExamplePath, envPath } from '../../generate/compose.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { isRandom, randomValue } from '../random-secrets.ts'
import { replaceFile } from '../replace-file.ts'
import type { Docker } from './docker.ts'
import { readSetup } from './setup.ts'

/** Milliseconds that a store may take to answer somebody who waits. */
const answerMs = 10_000

const ownerAlone = 0o600

export const hasEnvironment = (root: string): boolean => existsSync(join(root, envPath))

/** Without it no command reads compose.yaml. @throws SeaworthyError `SW-COMPOSE-NO-ENV`. */
export const requireEnvironment = (root: string): void => {
  if (hasEnvironment(root)) return
  throw new SeaworthyError({
    code: 'SW-COMPOSE-NO-ENV',
    what: `There is no ${envPath}.`,
    why: 'compose.yaml takes the secrets of production from it.',
    next: `cp ${envExamplePath} ${envPath}, and fill it in.`,
  })
}

/** Makes `.env.production` from its example, with random values for those of the wanted secrets that can be made up. */
export const makeEnvironment = (root: string, wanted: string[]): void => {
  const example = readFileSync(join(root, envExamplePath), 'utf8')
  const values = Object.fromEntries(wanted.filter(isRandom).map((name) => [name, randomValue()]))
  replaceFile(join(root, envPath), filled(example, values), ownerAlone)
}

/** Variables that the app needs and `.env.production` has no value for. */
export const missingValues = async (
  target: Docker,
  plan: DeployPlan,
  wanted: string[],
): Promise<string[]> => {
  const { variables } = await readSetup(target)
  const needed = [...(plan.backup ? bucketSecrets : []), ...wanted]
  return needed.filter((name) => !variables.includes(name))
}

/** Puts values into `.env.production`, each where its empty line is. */
export const fillIn = (root: string, values: Record<string, string>): void => {
  const file = join(root, envPath)
  replaceFile(file, filled(readFileSync(file, 'utf8'), values), ownerAlone)
}

const filled = (text: string, values: Record<string, string>): string =>
  Object.entries(values).reduce((before, [name, value]) => {
    const line = `${name}=${quoted(value)}`
    const empty = new RegExp(`^${name}=[ \\t]*$`, 'm')
    return empty.test(before)
      ? before.replace(empty, () => line)
      : `${before.replace(/[^\n]$/, '$&\n')}${line}\n`
  }, text)

// Without quotes a # begins a comment; in single ones a backslash keeps the quote behind it; in double ones a $ is a variable:
// https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
const quoted = (value: string): string => {
  if (/^[\w./:@+=-]*$/.test(value)) return value
  return /['\\]/.test(value) ? `"${value.replaceAll(/[\\"$]/g, '\\$&')}"` : `'${value}'`
}

/** Why the store does not let these keys at the bucket; null where it does, or not all five were given. */
export const whyNoBucket = async (values: Record<string, string>): Promise<string | null> => {
  if (bucketSecrets.some((name) => !values[name])) return null
  try {
    const config = s3FromEnvironment(values)
    await (config && (await openBucket(config, { timeoutMs: answerMs })).list('', { limit: 1 }))
    return null
  } catch (error) {
    return error instanceof SeaworthyError ? `${error.message} ${error.why ?? ''}` : reasonOf(error)
  }
}

/** Refuses to deploy without. @throws SeaworthyError `SW-COMPOSE-ENV-UNFILLED`. */
export const requireNone = (missing: string[]): void => {
  if (missing.length === 0) return
  throw new SeaworthyError({
    code: 'SW-COMPOSE-ENV-UNFILLED',
    what: `${envPath} has no value for ${missing.join(', ')}.`,
    why: 'The app would start without, and nothing would be backed up without all five of the bucket.',
    next: `Fill them in, then run the same command again; launch --bucket-server brings a bucket for a try.`,
  })
}
