import type { DeployPlan } from '../plan/plan-types.ts'

/** What must not reach the image. The databases stand last, so that nothing before them lets one in again. */
export const dockerignore = (plan: DeployPlan): string => {
  const databases = plan.image.ignore.flatMap((file) =>
    ['', '-wal', '-shm', '-journal'].map((end) => `${file}${end}`),
  )
  return [
    ...['.git', 'node_modules', '.seaworthy', ''],
    ...['# Secrets and settings of this machine', '.env', '.env.*'],
    ...(databases.length > 0
      ? ['', '# The databases of this machine: production has its own, on the volume', ...databases]
      : []),
    '',
  ].join('\n')
}

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
