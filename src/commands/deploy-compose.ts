import type { Command as Cli } from 'commander'
import type { Context } from '../context.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { type ComposeRelease, deploy } from '../platforms/compose/deploy.ts'

export interface ComposeFlags {
  /** A context of Docker's. */
  context?: string
  /** Seconds. */
  wait: number
  json?: boolean
}

export const addComposeOptions = (command: Cli): Cli =>
  command.option('--context <name>', 'with compose: context of Docker, the machine to deploy to')

/** Deploys to a machine with Docker, and prints what came of it. */
export const deployWithCompose = async (
  root: string,
  plan: DeployPlan,
  compose: ComposePlan,
  { context, wait, json }: ComposeFlags,
  ctx: Context,
): Promise<void> => {
  const say = json ? ctx.log : ctx.out
  const target = { run: ctx.run, root, context: context ?? null }
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
