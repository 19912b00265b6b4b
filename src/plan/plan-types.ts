import type { Finding, PackageManagerName } from '../scan/profile.ts'

/**
 * What will be made: the result of `buildPlan`, the only input of `generate`, and what `seaworthy plan --json`
 * prints. Plain JSON.
 */
export interface DeployPlan {
  version: 1
  target: 'fly'
  app: { name: string; region: string | null }
  image: ImagePlan
  machine: { size: string; memoryMb: number }
  /** The SQLite database to keep; null when the app has none that Prisma opens. */
  database: DatabasePlan | null
  volume: VolumePlan | null
  /** Null: `--no-backup`, or nothing to back up. */
  backup: BackupPlan | null
  startScript: StartScriptPlan | null
  /** What npm spec installs seaworthy itself (`seaworthy@^0.1.0`, a tarball's path). */
  package: string
  findings: Finding[]
  /** Where each value came from, by the key's path (`image.port`). */
  sources: Record<string, string>
}

export interface ImagePlan {
  runtime: { name: 'node' | 'bun'; version: string }
  packageManager: { name: PackageManagerName; version: string | null }
  moduleType: 'module' | 'commonjs'
  framework: string | null
  /** What installing needs, relative to the root: package.json, the lock file, schema folders (`prisma/`), … */
  installFiles: string[]
  /** Everything must be copied before installing: the packages of a workspace depend on each other. */
  isWorkspace: boolean
  /** Debian packages, for the whole image and for its build stage alone. */
  packages: { run: string[]; build: string[] }
  /** `npx prisma generate`, word by word; null where the app's own scripts do it or there is no Prisma. */
  generate: string[] | null
  /** Variables that the build wants to see, with harmless values. */
  buildEnv: Record<string, string>
  build: string | null
  /** Take the development dependencies out again; not where the seed needs one of them. */
  prune: boolean
  /** The start command, word by word. */
  start: string[]
  port: number
  /** Files of the developer's machine that must not reach the image: its databases. */
  ignore: string[]
  /** The Dockerfile is the user's own and is left alone. */
  isOwnDockerfile: boolean
  /** That Dockerfile has an ENTRYPOINT, which `start` already begins with. */
  hasOwnEntrypoint: boolean
}

export interface DatabasePlan {
  /** As in the profile: relative to the app's root, or absolute. */
  file: string
  env: string | null
  /** File name on the volume and in the bucket, e.g. `dev.db`. */
  name: string
  /** Absolute path on the volume, e.g. `/data/dev.db`. */
  path: string
  /** Schema file or folder, relative to the root: what the image needs for `prisma generate`. */
  schema: string[]
  config: string | null
  migrations: { dir: string; count: number }
  seed: string | null
  prismaVersion: string
}

export interface VolumePlan {
  source: string
  destination: string
  autoExtend: { threshold: number; increment: string; limit: string }
}

export interface BackupPlan {
  provider: 'tigris'
  /** Path within the bucket of timeline 1. */
  path: string
  litestream: LitestreamVersion
  /** As Litestream writes durations, e.g. `168h`. */
  retention: string
}

export const litestreamVersions = ['0.3.13', '0.5.16'] as const
export type LitestreamVersion = (typeof litestreamVersions)[number]

export interface StartScriptPlan {
  /** `entrypoint`: the image's ENTRYPOINT; `dbsetup`: the first words of a process in fly.toml. */
  kind: 'entrypoint' | 'dbsetup'
  file: string
  /** Process group of fly.toml that starts the app. */
  group: string
  /** Its other groups, whose machines have no volume. */
  otherGroups: string[]
  /** Nothing told which group starts the app: it is the first one. */
  isGroupGuessed: boolean
}

/** What the user asked for; everything has a default. */
export interface PlanOptions {
  name?: string
  region?: string
  /** In megabytes. */
  memory?: number
  port?: number
  backup?: boolean
  package?: string
  litestream?: LitestreamVersion
  /** What was asked for when the files were last written; what is asked for now goes before it. */
  remembered?: RememberedOptions
  files?: ProjectFiles
}

/** The options that no file but the manifest tells of; `package` stands in package.json. */
export interface RememberedOptions {
  name?: string
  region?: string
  /** In megabytes. */
  memory?: number
  port?: number
  backup?: boolean
  litestream?: LitestreamVersion
}

/** Texts of the project that the plan builds upon; null for a file that is not there. */
export interface ProjectFiles {
  dockerfile: string | null
  flyToml: string | null
  packageJson: string | null
  /** Which of `installFileNames` are there. */
  present: string[]
}

/** Files besides package.json that decide what an installation gives, where there are such. */
export const installFileNames = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.yarn/',
  'bun.lockb',
  'bunfig.toml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'patches/',
]
