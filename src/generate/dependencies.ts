import { isAbsolute, resolve } from 'node:path'
import type { Command } from '../command.ts'
import { packageTable } from '../plan/package-json.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import type { PackageManagerName } from '../scan/profile.ts'

const addWords: Record<PackageManagerName, string[]> = {
  npm: ['install', '--save', '--no-audit', '--no-fund'],
  pnpm: ['add'],
  yarn: ['add'],
  bun: ['add'],
}

/** The command that adds what the start script needs, with the app's package manager; null when all is there. */
export const addDependencies = (
  plan: DeployPlan,
  packageJson: string | null,
  root: string,
): Command | null => {
  const present = packageTable(packageJson, 'dependencies')
  const specs = [
    ...(plan.startScript && !hasSeaworthy(plan, present.seaworthy, root) ? [plan.package] : []),
    // The user's own Dockerfile brings no Litestream: npm has it as a package.
    ...(plan.startScript?.kind === 'dbsetup' && plan.backup && !present[litestream] ? [litestream] : []),
  ]
  const { name } = plan.image.packageManager
  return specs.length === 0 ? null : { file: name, args: [...addWords[name], ...specs], cwd: root }
}

const litestream = '@flydotio/litestream'

/** Without `--package` any version will do that the app has chosen; with it, that one. */
const hasSeaworthy = (plan: DeployPlan, present: string | undefined, root: string): boolean => {
  if (present === undefined) return false
  if (plan.sources.package === 'default') return true
  const [wanted, had] = [plan.package.replace(/^seaworthy@/, ''), present.replace(/^file:/, '')]
  return wanted === had || (isAbsolute(wanted) && resolve(root, had) === wanted)
}
