import type { Command as Cli } from 'commander'
import type { Context } from '../context.ts'
import type { PlanOptions } from '../plan/options.ts'
import type { ComposePlan } from '../plan/plan-types.ts'
import type { Docker } from '../platforms/compose/docker.ts'

export interface ContextFlags {
  /** A context of Docker's, which is in the plan too; false: `--no-context`. */
  context?: string | false
}

export const addContextOption = (command: Cli): Cli =>
  command.option('--context <name>', 'with compose: context of Docker, the machine, where it is another one')

/** The same for the plan. */
export const contextOption = ({ context }: ContextFlags): Pick<PlanOptions, 'context'> =>
  context === undefined ? {} : { context: context || '' }

/** What is typed goes before Docker's own variables, and these before what launch was told. */
export const dockerOf = (
  root: string,
  { context: typed }: ContextFlags,
  plan: ComposePlan | null,
  { run, env }: Pick<Context, 'run' | 'env'>,
): Docker => {
  const isSetAround = !typed && Boolean(env.DOCKER_HOST || env.DOCKER_CONTEXT)
  return { run, root, context: isSetAround ? null : (plan?.context ?? null) }
}
