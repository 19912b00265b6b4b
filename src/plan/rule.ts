import type { AppProfile, Finding } from '../scan/profile.ts'
import type { DeployPlan } from './plan-types.ts'

export interface Facts {
  profile: AppProfile
  plan: Omit<DeployPlan, 'findings'>
}

/** Something that may be amiss with a deployment before it is made. */
export interface Rule {
  code: Finding['code']
  /** `error`: there is nothing to launch; `warning`: it works, but not as one may expect. */
  level: Finding['level']
  /** What is amiss, or null when nothing is. */
  find: (facts: Facts) => string | null
  next: (facts: Facts) => string
}
