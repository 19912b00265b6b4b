import { show } from '../command.ts'
import type { Context } from '../context.ts'
import { envExamplePath, envPath } from '../generate/compose.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { type ComposeRelease, deploy } from '../platforms/compose/deploy.ts'
import { compose } from '../platforms/compose/docker.ts'
import {
  fillIn,
  hasEnvironment,
  makeEnvironment,
  missingValues,
  requireNone,
} from '../platforms/compose/environment.ts'
import { requireDocker } from '../platforms/compose/require-docker.ts'
import type { Conversation } from '../platforms/conversation.ts'
import { isRandom } from '../platforms/random-secrets.ts'
import { askForValues } from './ask-values.ts'
import { converse, isAsking } from './converse.ts'
import type { ComposeFlags } from './deploy-compose.ts'
import { dockerOf } from './docker-target.ts'
import { quiet } from './install.ts'
import type { Project } from './project.ts'
import { watched } from './watched.ts'
import type { WriteFlags } from './write-files.ts'

/** What came of it; `release` is null where nothing was deployed. */
export interface ComposeOutcome {
  /** `.env.production`: `there` before · `made` · `left`: nobody said yes. */
  environment: 'there' | 'made' | 'left'
  release: ComposeRelease | null
}

interface LaunchFlags extends WriteFlags, Omit<ComposeFlags, 'json'> {
  /** False: `--no-deploy`. */
  deploy?: boolean
}

/** Makes the file with the secrets of production, shown and asked for, and deploys. Begun again, it goes on. */
export const launchOnCompose = async (
  { root }: Project,
  plan: DeployPlan,
  composePlan: ComposePlan,
  flags: LaunchFlags,
  ctx: Context,
): Promise<ComposeOutcome> => {
  const target = dockerOf(root, flags, composePlan, watched(quiet(flags, ctx)))
  const machine = await requireDocker(target)
  const wanted = plan.secrets
  const conversation = converse(flags, ctx)
  const environment = await settleEnvironment(root, wanted, conversation)
  if (environment === 'left' || flags.deploy === false) return { environment, release: null }
  const missing = await missingValues(target, plan, wanted)
  requireNone(isAsking(flags) ? await askAndFillIn(root, missing, conversation) : missing)
  const command = show(compose(target, ['build', 'app']))
  // A deployment says itself which commands it runs.
  if (
    isAsking(flags) &&
    !(await conversation.confirm(`build the image, and start a container of it on ${machine}`, command))
  )
    return { environment, release: null }
  const { say } = conversation
  return {
    environment,
    release: await deploy(target, plan, composePlan, { patienceMs: flags.wait * 1000, say }),
  }
}

/** Gives the names that are missing still. */
const askAndFillIn = async (root: string, missing: string[], { say }: Conversation): Promise<string[]> => {
  if (missing.length === 0) return []
  const values = await askForValues(missing, say)
  fillIn(root, values)
  return missing.filter((name) => !values[name])
}

const settleEnvironment = async (
  root: string,
  wanted: string[],
  { confirm, say }: Conversation,
): Promise<ComposeOutcome['environment']> => {
  if (hasEnvironment(root)) {
    say(`${envPath}: is there already`)
    return 'there'
  }
  const command = show({ file: 'cp', args: [envExamplePath, envPath] })
  const made = wanted.filter(isRandom)
  const random = made.length > 0 ? `, with random values for ${made.join(', ')}` : ''
  if (!(await confirm(`the secrets of production${random}; it stays out of git and image`, command)))
    return 'left'
  makeEnvironment(root, wanted)
  return 'made'
}
