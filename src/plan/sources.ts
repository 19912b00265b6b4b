import type { AppProfile } from '../scan/profile.ts'
import type { FlyTomlFacts } from './fly-toml.ts'
import type { PlanOptions } from './options.ts'
import { installedFile } from './package-json.ts'
import type { ProjectFiles } from './project-files.ts'

export interface SourceInputs {
  profile: AppProfile
  options: PlanOptions
  files: ProjectFiles
  fly: FlyTomlFacts
  isOwnDockerfile: boolean
}

/** Where each value of a plan came from, in the order in which `buildPlan` asks. */
export const sourcesOf = ({
  profile,
  options,
  files,
  fly,
  isOwnDockerfile,
}: SourceInputs): Record<string, string> => {
  const { sources, prisma } = profile
  const { remembered = {} } = options
  const settled = (name: keyof typeof remembered, inFlyToml: unknown, otherwise: string): string => {
    if (options[name] !== undefined) return 'your choice'
    if (inFlyToml) return 'fly.toml'
    return remembered[name] === undefined ? otherwise : 'your earlier choice'
  }
  return {
    target: settled('target', null, 'default'),
    'compose.domain': settled('domain', null, 'default'),
    'compose.context': settled('context', null, 'default'),
    'app.name': settled('name', fly.name, 'package.json#name'),
    'app.region': settled('region', fly.region, 'the fastest one for you'),
    machine: ['size' as const, 'memory' as const].some((name) => options[name] !== undefined)
      ? 'your choice'
      : settled('memory', fly.memoryMb, 'most apps need about 1GB of RAM'),
    'image.dockerfile': isOwnDockerfile ? 'your own Dockerfile, left alone' : 'written by seaworthy',
    'image.framework': sources.framework ?? 'package.json',
    'image.runtime': sources['runtime.version'] ?? 'default',
    'image.packageManager': sources.packageManager ?? 'default',
    'image.build': sources.build ?? 'package.json#scripts.build',
    'image.start': isOwnDockerfile ? 'Dockerfile' : (sources.start ?? 'package.json#scripts.start'),
    'image.health': sources['framework.health'] ?? 'not found',
    'image.workspace': sources.workspace ?? 'not found',
    'image.port': settled('port', fly.port, sources.port ?? 'default'),
    database: prisma?.databases[0]?.from ?? 'not found',
    'database.migrations': sources['prisma.migrations'] ?? 'determined from app source',
    'database.seed': options.seed ? 'your choice' : (prisma?.seed?.from ?? 'not found'),
    volume:
      options.volumeSize || options.volumeLimit
        ? 'your choice'
        : fly.volume
          ? 'fly.toml'
          : 'determined from app source',
    backup: 'determined from app source',
    'backup.litestream': settled('litestream', null, 'default'),
    'backup.retention': settled('retention', null, 'default'),
    secrets: sources.variables ?? sources['framework.template'] ?? sources.framework ?? 'not found',
    workflow: settled('github', null, 'default'),
    package: packageSource(options, files, profile.root),
  }
}

const packageSource = (options: PlanOptions, files: ProjectFiles, root: string): string => {
  if (options.package !== undefined) return '--package'
  return installedFile(files, root) === null ? 'default' : 'package.json#dependencies.seaworthy'
}
