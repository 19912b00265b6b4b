import type { AppProfile } from '../scan/profile.ts'
import { version as ownVersion } from '../version.ts'
import { check } from './checks.ts'
import { type FlyTomlFacts, readFlyToml } from './fly-toml.ts'
import { planImage } from './image.ts'
import { setupScript } from './marker.ts'
import { readOwnDockerfile } from './own-dockerfile.ts'
import type {
  BackupPlan,
  DatabasePlan,
  DeployPlan,
  PlanOptions,
  ProjectFiles,
  VolumePlan,
} from './plan-types.ts'

/**
 * The deployment of an app: what was found, what the user asked for, and defaults for the rest. Pure.
 * @throws SW-FLY-TOML-INVALID when `options.files.flyToml` is no TOML.
 */
export const buildPlan = (profile: AppProfile, options: PlanOptions = {}): DeployPlan => {
  const files = options.files ?? noFiles
  const fly = readFlyToml(files.flyToml)
  const own = readOwnDockerfile(files.dockerfile)
  const volume = planVolume(profile, fly)
  const database = volume && planDatabase(profile, volume)
  const backup = database && options.backup !== false ? planBackup(database, options) : null
  const port = options.port ?? fly.port ?? profile.port
  const spec = options.package ?? `seaworthy@^${ownVersion}`
  const command = fly.process.command?.includes(setupScript) ? null : fly.process.command
  const plan: Omit<DeployPlan, 'findings'> = {
    version: 1,
    target: 'fly',
    app: { name: options.name ?? fly.name ?? appName(profile.name), region: options.region ?? fly.region },
    image: planImage({
      profile,
      files,
      own,
      process: command,
      port,
      hasBackup: backup !== null,
      package: spec,
    }),
    machine: { size: 'shared-cpu-1x', memoryMb: options.memory ?? fly.memoryMb ?? 1024 },
    database,
    volume,
    backup,
    startScript: database && {
      kind: own ? 'dbsetup' : 'entrypoint',
      file: own ? setupScript : 'docker-entrypoint.js',
      group: fly.process.group,
    },
    package: spec,
    sources: sourcesOf(profile, options, fly, own !== null),
  }
  return { ...plan, findings: [...profile.findings, ...check(profile, plan)] }
}

const noFiles: ProjectFiles = { dockerfile: null, flyToml: null, packageJson: null, present: [] }

/** A name that Fly accepts: lower case letters, digits and dashes, no npm scope. */
const appName = (name: string): string =>
  name
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'app'

const planVolume = (profile: AppProfile, fly: FlyTomlFacts): VolumePlan | null =>
  profile.prisma?.databases.length
    ? {
        ...(fly.volume ?? { source: 'data', destination: '/data' }),
        autoExtend: { threshold: 80, increment: '1GB', limit: '10GB' },
      }
    : null

const planDatabase = (profile: AppProfile, volume: VolumePlan): DatabasePlan | null => {
  const { prisma } = profile
  const [database] = prisma?.databases ?? []
  if (!prisma || !database) return null
  const name = database.file.split('/').at(-1) ?? database.file
  return {
    file: database.file,
    env: database.env,
    name,
    path: database.file.startsWith(`${volume.destination}/`)
      ? database.file
      : `${volume.destination}/${name}`,
    schema: prisma.schema,
    config: prisma.config,
    migrations: prisma.migrations,
    seed: prisma.seed?.command ?? null,
    prismaVersion: prisma.version,
  }
}

const planBackup = (database: DatabasePlan, options: PlanOptions): BackupPlan => ({
  provider: 'tigris',
  path: `litestream/${database.name}`,
  litestream: options.litestream ?? '0.3.13',
  retention: '168h',
})

const sourcesOf = (
  profile: AppProfile,
  options: PlanOptions,
  fly: FlyTomlFacts,
  isOwnDockerfile: boolean,
): Record<string, string> => {
  const { sources, prisma } = profile
  const asked = 'your choice'
  return {
    'app.name': options.name ? asked : fly.name ? 'fly.toml' : 'package.json#name',
    'app.region': options.region ? asked : fly.region ? 'fly.toml' : 'the fastest one for you',
    machine: options.memory ? asked : fly.memoryMb ? 'fly.toml' : 'most apps need about 1GB of RAM',
    'image.dockerfile': isOwnDockerfile ? 'your own Dockerfile, left alone' : 'written by seaworthy',
    'image.framework': sources.framework ?? 'package.json',
    'image.runtime': sources['runtime.version'] ?? 'default',
    'image.packageManager': sources.packageManager ?? 'default',
    'image.build': sources.build ?? 'package.json#scripts.build',
    'image.start': isOwnDockerfile ? 'Dockerfile' : (sources.start ?? 'package.json#scripts.start'),
    'image.port': options.port ? asked : fly.port ? 'fly.toml' : (sources.port ?? 'default'),
    database: prisma?.databases[0]?.from ?? 'not found',
    'database.migrations': sources['prisma.migrations'] ?? 'determined from app source',
    'database.seed': prisma?.seed?.from ?? 'not found',
    volume: fly.volume ? 'fly.toml' : 'determined from app source',
    backup: 'determined from app source',
    'backup.litestream': options.litestream ? '--litestream' : 'default',
    package: options.package ? '--package' : 'default',
  }
}
