import { SeaworthyError } from '../errors.ts'
import type { DeployPlan } from '../plan/plan-types.ts'

/** Throws the plan's first error, of those codes where some are given. */
export const refuseFindings = (plan: DeployPlan, codes?: string[]): void => {
  const fatal = plan.findings.find(({ level, code }) => level === 'error' && (codes?.includes(code) ?? true))
  if (fatal) throw new SeaworthyError({ code: fatal.code, what: fatal.what, next: fatal.next })
}
