import type { DeployPlan } from '../plan/plan-types.ts'
import { isBerry } from './package-managers.ts'

/**
 * Beside the Dockerfile; where that is built from the root of a workspace, under the name that belongs to it alone:
 * https://docs.docker.com/build/concepts/context/#filename-and-location
 */
export const dockerignorePath = (plan: DeployPlan): string =>
  isMember(plan) ? 'Dockerfile.dockerignore' : '.dockerignore'

const isMember = ({ image: { workspace, isOwnDockerfile } }: DeployPlan): boolean =>
  workspace !== null && workspace.app !== '.' && !isOwnDockerfile

/** What must not reach the image. The databases stand last, so that nothing before them lets one in again. */
export const dockerignore = (plan: DeployPlan): string => {
  const databases = plan.image.ignore.flatMap((file) =>
    ['', '-wal', '-shm', '-journal'].map((end) => `${file}${end}`),
  )
  // Of a workspace the folders of all packages are there, not that of the app alone.
  const anywhere = isMember(plan) ? '**/' : ''
  return [
    ...['.git', `${anywhere}node_modules`, `${anywhere}.seaworthy`, ''],
    ...(isBerry(plan.image.packageManager) ? ['# How Yarn installed it here', ...yarnFiles, ''] : []),
    ...['# Secrets and settings of this machine', `${anywhere}.env`, `${anywhere}.env.*`],
    ...(plan.image.generated.length > 0
      ? ['', '# Prisma generates it anew in the image', ...plan.image.generated]
      : []),
    ...(databases.length > 0
      ? ['', '# The databases of this machine: production has its own, on the volume', ...databases]
      : []),
    '',
  ].join('\n')
}

/** Where the laptop is without node_modules (Plug'n'Play), these would turn the image away from its own. */
const yarnFiles = ['.pnp.*', '.yarn/install-state.gz']

/**
 * A .dockerignore with the wanted lines it lacks added at its end. A line counts as there when no exception (`!…`)
 * follows it; exceptions for files of environment variables are the user's decision and stay in force.
 */
export const mergeDockerignore = (existing: string, wanted: string): string => {
  const lines = existing.split(/\r?\n/).map(normal)
  const lastException = lines.findLastIndex((line) => line.startsWith('!'))
  const keepsSomeEnv = lines.some((line) => line.startsWith('!.env'))
  const inForce = new Set(lines.filter((line, index) => index > lastException || line.startsWith('.env')))
  const missing = wanted
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => !inForce.has(line) && !(keepsSomeEnv && line === '.env.*'))
  if (missing.length === 0) return existing
  const newLine = existing.includes('\r\n') ? '\r\n' : '\n'
  const start = existing === '' || existing.endsWith('\n') ? existing : `${existing}${newLine}`
  return `${start}${[...missing, ''].join(newLine)}`
}

/** `/node_modules/` and `**\/node_modules` leave out what `node_modules` does, and more. */
const normal = (line: string): string =>
  line
    .trim()
    .replace(/^(\*\*\/|\.?\/)/, '')
    .replace(/\/$/, '')
