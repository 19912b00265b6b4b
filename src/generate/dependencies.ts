import { isAbsolute, relative, resolve } from 'node:path'
import semver from 'semver'
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
    ...(plan.startScript && !hasSeaworthy(plan, present.seaworthy, root)
      ? [asSeenFrom(root, plan.package)]
      : []),
    // The user's own Dockerfile brings no Litestream: npm has it as a package.
    ...(plan.startScript?.kind === 'dbsetup' && plan.backup && !present[litestream] ? [litestream] : []),
  ]
  const { name } = plan.image.packageManager
  const args = [...addWords[name], ...peers(plan), ...allowBuild(plan), ...specs]
  return specs.length === 0 ? null : { file: name, args, cwd: root }
}

/** npm refuses to add anything to an app whose peer dependencies do not fit, as it refuses to install it. */
const peers = ({ image }: DeployPlan): string[] => (image.legacyPeerDeps ? ['--legacy-peer-deps'] : [])

/** Some package managers write a file's path as it is given, and the image has another one for the app's folder. */
const asSeenFrom = (root: string, spec: string): string =>
  spec.startsWith(`${root}/`) ? `./${relative(root, spec)}` : spec

/** From 11 on pnpm fails where an install script is not allowed by name; it writes this into pnpm-workspace.yaml. */
const allowBuild = ({ image: { packageManager }, startScript }: DeployPlan): string[] =>
  startScript && allowsBuilds(packageManager) ? ['--allow-build=@photostructure/sqlite'] : []

/** https://pnpm.io/cli/add#--allow-build: since 10.4; an older one refuses the option. */
const allowsBuilds = ({ name, version }: DeployPlan['image']['packageManager']): boolean =>
  name === 'pnpm' && semver.valid(version) !== null && semver.gte(version ?? '', '10.4.0')

const removeWords: Record<PackageManagerName, string[]> = {
  npm: ['uninstall', '--save', '--no-audit', '--no-fund'],
  pnpm: ['remove'],
  yarn: ['remove'],
  bun: ['remove'],
}

/** The command that takes out what backups alone need; null when nothing of it is there. */
export const removeDependencies = (
  plan: DeployPlan,
  packageJson: string | null,
  root: string,
): Command | null => {
  const { name } = plan.image.packageManager
  return plan.backup || !packageTable(packageJson, 'dependencies')[litestream]
    ? null
    : { file: name, args: [...removeWords[name], ...peers(plan), litestream], cwd: root }
}

const litestream = '@flydotio/litestream'

/** Without `--package` any version will do that the app has chosen; with it, that one. */
const hasSeaworthy = (plan: DeployPlan, present: string | undefined, root: string): boolean => {
  if (present === undefined) return false
  if (plan.sources.package === 'default') return true
  const [wanted, had] = [plan.package.replace(/^seaworthy@/, ''), present.replace(/^file:/, '')]
  return wanted === had || (isAbsolute(wanted) && resolve(root, had) === wanted)
}
