import type { AppProfile } from '../scan/profile.ts'
import { version as ownVersion } from '../version.ts'
import { check } from './checks.ts'
import { type FlyTomlFacts, readFlyToml } from './fly-toml.ts'
import { planImage } from './image.ts'
import { setupScript } from './marker.ts'
import { readOwnDockerfile } from './own-dockerfile.ts'
import { installedFile } from './package-json.ts'
import type {
  BackupPlan,
  DatabasePlan,
  DeployPlan,
  PlanOptions,
  ProjectFiles,
  VolumePlan,
} from './plan-types.ts'
import { shellWords } from './shell-words.ts'
import { sourcesOf } from './sources.ts'

/**
 * The deployment of an app: what was found, what the user asked for, and defaults for the rest. Pure.
 * @throws SW-FLY-TOML-INVALID when `options.files.flyToml` is no TOML.
 */
export const buildPlan = (profile: AppProfile, options: PlanOptions = {}): DeployPlan => {
  const files = options.files ?? noFiles
  const remembered = options.remembered ?? {}
  const own = readOwnDockerfile(files.dockerfile)
  const fly = readFlyToml(files.flyToml, [own?.command ?? [], shellWords(profile.start ?? '')])
  const volume = planVolume(profile, fly)
  const database = volume && planDatabase(profile, volume)
  const isBackedUp = options.backup ?? remembered.backup ?? true
  const backup = database && isBackedUp ? planBackup(database, options) : null
  const port = options.port ?? fly.port ?? remembered.port ?? profile.port
  const spec = options.package ?? installedFile(files, profile.root) ?? `seaworthy@^${ownVersion}`
  const command = fly.process.command?.includes(setupScript) ? null : fly.process.command
  const plan: Omit<DeployPlan, 'findings'> = {
    version: 1,
    target: 'fly',
    app: {
      name: options.name ?? fly.name ?? remembered.name ?? appName(profile.name),
      region: options.region ?? fly.region ?? remembered.region ?? null,
    },
    image: planImage({
      profile,
      files,
      own,
      process: command,
      port,
      hasBackup: backup !== null,
      package: spec,
    }),
    machine: {
      size: 'shared-cpu-1x',
      memoryMb: options.memory ?? fly.memoryMb ?? remembered.memory ?? 1024,
    },
    database,
    volume,
    backup,
    startScript: database && {
      kind: own ? 'dbsetup' : 'entrypoint',
      file: own ? setupScript : 'docker-entrypoint.js',
      group: fly.process.group,
      otherGroups: fly.process.others,
      isGroupGuessed: fly.process.isGuessed,
    },
    package: spec,
    sources: sourcesOf({ profile, options, files, fly, isOwnDockerfile: own !== null }),
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
  litestream: options.litestream ?? options.remembered?.litestream ?? '0.3.13',
  retention: '168h',
})
