import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bucketSecrets } from '../../bucket/bucket.ts'
import { SeaworthyError } from '../../errors.ts'
import { envExamplePath, envPath } from '../../generate/compose.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { isRandom, secretLines } from '../random-secrets.ts'
import type { Docker } from './docker.ts'
import { readSetup } from './setup.ts'

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
  const file = join(root, envPath)
  const text = readFileSync(join(root, envExamplePath), 'utf8') + secretLines(wanted.filter(isRandom))
  writeFileSync(`${file}.tmp`, text, { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
}

/**
 * Refuses to deploy while the app has no value for what it needs.
 *
 * @throws SeaworthyError `SW-COMPOSE-ENV-UNFILLED`.
 */
export const requireFilled = async (target: Docker, plan: DeployPlan, wanted: string[]): Promise<void> => {
  const { variables } = await readSetup(target)
  const needed = [...(plan.backup ? bucketSecrets : []), ...wanted]
  const missing = needed.filter((name) => !variables.includes(name))
  if (missing.length === 0) return
  throw new SeaworthyError({
    code: 'SW-COMPOSE-ENV-UNFILLED',
    what: `${envPath} has no value for ${missing.join(', ')}.`,
    why: 'The app would start without, and nothing would be backed up without all five of the bucket.',
    next: `Fill them in, then run the same command again; launch --bucket-server brings a bucket for a try.`,
  })
}
