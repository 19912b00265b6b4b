import type { PlanOptions } from './options.ts'
import type { ComposePlan, DeployPlan } from './plan-types.ts'

/** Where it is to run: what was asked for now, or before. */
export const targetOf = ({ target, remembered }: PlanOptions): DeployPlan['target'] =>
  target ?? remembered?.target ?? 'fly'

/** How it runs on a machine with Docker; null: it runs elsewhere. */
export const planCompose = (options: PlanOptions): ComposePlan | null => {
  if (targetOf(options) !== 'compose') return null
  const { remembered = {} } = options
  return {
    domain: (options.domain ?? remembered.domain) || null,
    hasBucketServer: options.bucketServer ?? remembered.bucketServer ?? false,
    context: (options.context ?? remembered.context) || null,
  }
}
