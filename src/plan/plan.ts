import { posix } from 'node:path'
import type { AppProfile } from '../scan/profile.ts'
import { version as ownVersion } from '../version.ts'
import { check } from './checks.ts'
import { planCompose, targetOf } from './compose.ts'
import { readDockerfileOptions, withoutDefaults } from './dockerfile-options.ts'
import { placeDatabase, type Surroundings, takenOver, withoutEarlier } from './earlier-setup.ts'
import { type FlyTomlFacts, readBuild, readFlyToml } from './fly-toml.ts'
import { checkFlyToml } from './fly-toml-checks.ts'
import { planImage } from './image.ts'
import { setupScript } from './marker.ts'
import { refuseOptions } from './option-checks.ts'
import type { PlanOptions } from './options.ts'
import { readOwnDockerfile, setupOf } from './own-dockerfile.ts'
import { checkOwnDockerfile } from './own-dockerfile-checks.ts'
import { installedFile, packageTable } from './package-json.ts'
import type { BackupPlan, DatabasePlan, DeployPlan, VolumePlan, WorkflowPlan } from './plan-types.ts'
import type { ProjectFiles } from './project-files.ts'
import { planSecrets } from './secrets.ts'
import { seedParts } from './seed-parts.ts'
import { shellWords } from './shell-words.ts'
import { sourcesOf } from './sources.ts'
import { swapMegabytes } from './swap.ts'

/**
 * The deployment of an app: what was found, what the user asked for, and defaults for the rest. Pure.
 * @throws SW-FLY-TOML-INVALID when `options.files.flyToml` is no TOML.
 */
export const buildPlan = (profile: AppProfile, options: PlanOptions = {}): DeployPlan => {
  const files = options.files ?? noFiles
  const saved = readDockerfileOptions(files.packageJson)
  const asked = options.port === undefined ? {} : { port: options.port }
  const settings = withoutDefaults({ ...(options.dockerfile ?? saved), ...asked })
  refuseOptions(settings, profile)
  const remembered = { ...options.remembered, ...(settings.port ? { port: settings.port } : {}) }
  const found = readOwnDockerfile(files.dockerfile, readBuild(files.flyToml).target)
  const own = withoutEarlier(found, profile.earlier)
  const fly = readFlyToml(files.flyToml, [own?.command ?? [], shellWords(profile.start ?? '')])
  const volume = planVolume(profile, fly, options)
  const isSeeded = options.seed ?? remembered.seed ?? true
  const database =
    volume &&
    planDatabase(profile, volume, isSeeded, {
      flyEnv: fly.env,
      dockerfile: files.dockerfile,
      isImageKept: own !== null,
    })
  const isBackedUp = options.backup ?? remembered.backup ?? true
  const backup = database && isBackedUp ? planBackup(database, profile.backupPaths, options) : null
  const port = options.port ?? fly.port ?? remembered.port ?? profile.port
  const spec = options.package ?? installedFile(files, profile.root) ?? `seaworthy@^${ownVersion}`
  const command = fly.process.command?.includes(setupScript) ? null : fly.process.command
  const startScript = own ? setupScript : 'docker-entrypoint.js'
  const image = planImage({
    profile,
    files,
    settings,
    own,
    process: command,
    port,
    hasBackup: backup !== null,
    startScript: database && startScript,
    package: spec,
  })
  const plan: Omit<DeployPlan, 'findings'> = {
    version: 1,
    target: targetOf(options),
    app: {
      name: options.name ?? fly.name ?? remembered.name ?? appName(profile.name),
      region: options.region ?? fly.region ?? remembered.region ?? null,
    },
    image,
    machine: {
      size: options.size ?? fly.size ?? remembered.size ?? 'shared-cpu-1x',
      memoryMb: options.memory ?? fly.memoryMb ?? remembered.memory ?? 1024,
      swapMb: swapMegabytes(settings.swap) ?? fly.swapMb,
    },
    database,
    volume,
    backup,
    startScript: database && {
      kind: own ? 'dbsetup' : 'entrypoint',
      file: startScript,
      setup: own && setupOf(own),
      group: fly.process.group,
      otherGroups: fly.process.others,
      isGroupGuessed: fly.process.isGuessed,
    },
    secrets: planSecrets({
      profile,
      image,
      hasBackup: backup !== null,
      flyEnv: fly.env,
      dockerfile: own && files.dockerfile,
    }),
    compose: planCompose(options),
    workflow: planWorkflow(profile, files, { ...remembered, ...options }),
    dockerfile: saved === null && Object.keys(settings).length === 0 ? null : settings,
    takesOver: takenOver(profile.earlier, own),
    package: spec,
    sources: sourcesOf({
      profile,
      options: { ...options, remembered },
      files,
      fly,
      isOwnDockerfile: own !== null,
    }),
  }
  return {
    ...plan,
    findings: [
      ...profile.findings,
      ...check(profile, plan),
      ...checkOwnDockerfile(own, plan, seedParts(profile, files)),
      ...checkFlyToml(files.flyToml, plan),
    ],
  }
}

const noFiles: ProjectFiles = { dockerfile: null, flyToml: null, packageJson: null, present: [] }

/** A name that Fly accepts: lower case letters, digits and dashes, no npm scope. */
const appName = (name: string): string =>
  name
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'app'

const planVolume = (
  profile: AppProfile,
  fly: FlyTomlFacts,
  { remembered = {}, ...options }: PlanOptions,
): VolumePlan | null => {
  if (!profile.prisma?.databases.length) return null
  const limit = options.volumeLimit ?? fly.volumeLimitGb ?? remembered.volumeLimit ?? 10
  const sizeGb = options.volumeSize ?? fly.volumeSizeGb ?? remembered.volumeSize ?? 1
  return {
    ...(fly.volume ?? { source: 'data', destination: '/data' }),
    sizeGb,
    snapshotDays: options.snapshotDays ?? fly.snapshotDays ?? remembered.snapshotDays ?? 5,
    autoExtend: { threshold: 80, increment: '1GB', limit: `${Math.max(limit, sizeGb)}GB` },
  }
}

const planWorkflow = (
  { packageManager, workspace, sources }: AppProfile,
  { packageJson }: ProjectFiles,
  options: PlanOptions,
): WorkflowPlan | null => {
  const { github, staging } = options
  if (!github || (workspace && workspace.app !== '.')) return null
  const { test } = packageTable(packageJson, 'scripts')
  const isTest = test !== undefined && !test.includes('no test specified')
  return {
    test: isTest ? [packageManager.name, 'run', 'test'] : null,
    staging: (targetOf(options) === 'fly' && staging) || null,
    isManagerNamed: sources.packageManager === 'package.json#packageManager',
  }
}

const planDatabase = (
  profile: AppProfile,
  volume: VolumePlan,
  isSeeded: boolean,
  surroundings: Surroundings,
): DatabasePlan | null => {
  const { prisma } = profile
  const [database] = prisma?.databases ?? []
  if (!prisma || !database) return null
  const { path, url } = placeDatabase(database, volume, surroundings)
  return {
    file: database.file,
    env: database.env,
    name: posix.basename(path),
    path,
    url,
    folder: prisma.folder,
    schema: prisma.schema,
    config: prisma.config,
    migrations: prisma.migrations,
    seed: isSeeded ? (prisma.seed?.command ?? null) : null,
    prismaVersion: prisma.version,
  }
}

const planBackup = (
  database: DatabasePlan,
  paths: Record<string, string>,
  options: PlanOptions,
): BackupPlan => ({
  provider: 'tigris',
  path:
    paths[database.name] ??
    options.backupPath ??
    options.remembered?.backupPath ??
    `litestream/${database.name}`,
  litestream: options.litestream ?? options.remembered?.litestream ?? '0.3.13',
  retention: `${24 * (options.retention ?? options.remembered?.retention ?? 7)}h`,
})
