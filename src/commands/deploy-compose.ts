import type { Context } from '../context.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { type ComposeRelease, deploy } from '../platforms/compose/deploy.ts'
import { type ContextFlags, dockerOf } from './docker-target.ts'

export interface ComposeFlags extends ContextFlags {
  /** Seconds. */
  wait: number
  json?: boolean
}

/** Deploys to a machine with Docker, and prints what came of it. */
export const deployWithCompose = async (
  root: string,
  plan: DeployPlan,
  compose: ComposePlan,
  flags: ComposeFlags,
  ctx: Context,
): Promise<void> => {
  const { wait, json } = flags
  const say = json ? ctx.log : ctx.out
  const target = dockerOf(root, flags, compose, ctx)
  const release = await deploy(target, plan, compose, { patienceMs: wait * 1000, say })
  if (json) ctx.out(JSON.stringify({ version: 1, target: 'compose', ...release }, null, 2))
  else say(composeReleaseText(release, compose))
}

/** What runs now, for people. */
export const composeReleaseText = (
  { isWithoutGap, backup }: ComposeRelease,
  { domain }: ComposePlan,
): string =>
  [
    isWithoutGap ? 'Deployed; the last release served until this one did.' : 'Deployed.',
    ...(domain === null ? [] : [`It answers at https://${domain}`]),
    backup === null
      ? 'Nothing is backed up: this app has chosen so.'
      : `Backed up to ${backup.confirmed?.position ?? 'the bucket'}.`,
  ].join('\n')
