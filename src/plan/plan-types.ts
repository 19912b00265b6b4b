import type { Finding, PackageManagerName } from '../scan/profile.ts'
import type { DockerfileOptions, Stage } from './dockerfile-options.ts'

/**
 * What will be made: the result of `buildPlan`, the only input of `generate`, and what `seaworthy plan --json`
 * prints. Plain JSON.
 */
export interface DeployPlan {
  version: 1
  target: 'fly' | 'compose'
  app: { name: string; region: string | null }
  image: ImagePlan
  /** In megabytes; no swap: null. */
  machine: { size: string; memoryMb: number; swapMb: number | null }
  /** The SQLite database to keep; null when the app has none that Prisma opens. */
  database: DatabasePlan | null
  volume: VolumePlan | null
  /** Null: `--no-backup`, or nothing to back up. */
  backup: BackupPlan | null
  startScript: StartScriptPlan | null
  /** How GitHub deploys it; null: it does not. */
  workflow: WorkflowPlan | null
  /** How it runs on a machine with Docker; null: it runs on Fly. */
  compose: ComposePlan | null
  /** What package.json keeps under `dockerfile`, as dockerfile-node does; null: nothing, and it has no such key. */
  dockerfile: DockerfileOptions | null
  /** Files of an earlier set-up that ours take the place of; `isKept`: somebody may have edited it, and a copy stays. */
  takesOver: { path: string; isKept: boolean }[]
  /** What npm spec installs seaworthy itself (`seaworthy@^0.1.0`, a tarball's path). */
  package: string
  findings: Finding[]
  /** Where each value came from, by the key's path (`image.port`). */
  sources: Record<string, string>
}

export interface ImagePlan {
  runtime: { name: 'node' | 'bun'; version: string }
  /** What the image that runs is built on; `distroless` has neither shell nor package manager. */
  base: 'slim' | 'alpine' | 'distroless'
  packageManager: { name: PackageManagerName; version: string | null }
  moduleType: 'module' | 'commonjs'
  framework: string | null
  /** `static`: files alone, which nginx serves. */
  output: 'server' | 'standalone' | 'static'
  /** The folder of the app in the image, absolute. */
  folder: string
  /** The workspace that the app is a member of; its root is then what the image is built from. */
  workspace: ImageWorkspace | null
  /** What installing needs, relative to what the image is built from: package.json, the lock file, schema folders (`prisma/`), … */
  installFiles: string[]
  /** Nothing is locked: the lock file that there is belongs to another package manager. */
  isUnlocked: boolean
  ignoreScripts: boolean
  legacyPeerDeps: boolean
  /** Debian packages, for the whole image and for its build stage alone. */
  packages: { run: string[]; build: string[] }
  /** `npx prisma generate`, word by word; null where the app's own scripts do it or there is no Prisma. */
  generate: string[] | null
  /** Variables that the build wants to see, with harmless values. */
  buildEnv: Record<string, string>
  /** What other packages of the workspace need done before the app is built, in this order; folders are relative to `folder`. */
  packageSteps: { folder: string; command: string }[]
  build: string | null
  /** What is taken out of node_modules after the build; null: nothing. */
  prune: PrunePlan | null
  /** Links made in the image, relative to `folder`, where the app opens its database by another path. */
  links: { path: string; target: string }[]
  /** What comes from the build stage into the image that runs; absolute paths. */
  copies: { from: string; to: string }[]
  /** Who the app runs as; null: root. */
  user: string | null
  /** Words that go before the start command, after the start script. */
  entrypoint: string[]
  /** The start command, word by word. */
  start: string[]
  port: number
  /** Variables and build arguments of each stage, and lines of the user's own. */
  envs: Record<Stage, Record<string, string>>
  args: Record<Stage, Record<string, string>>
  instructions: Record<Stage, string | null>
  /** Secrets mounted while the app is built. */
  secrets: string[]
  /** BuildKit keeps what package managers download; `COPY --link`; mend line endings of Windows. */
  cache: boolean
  link: boolean
  windows: boolean
  /** Files of the developer's machine that must not reach the image: its databases. */
  ignore: string[]
  /** The Dockerfile is the user's own and is left alone. */
  isOwnDockerfile: boolean
  /** A path that the app answers when it is well; null: none is known. */
  health: string | null
}

export interface ImageWorkspace {
  /** The app's folder and its package's name. */
  app: string
  name: string | null
  tool: 'turbo' | 'nx' | null
  /** Folders of the packages that the app depends on. */
  needs: string[]
}

export interface PrunePlan {
  /** `seaworthy prune`, which takes Prisma's CLI along too, or the package manager's own command. */
  by: 'seaworthy' | 'package-manager'
  /** Packages kept besides the app's dependencies: those that the seed needs. */
  keep: string[]
  /** Beginnings of names that go all the same. */
  drop: string[]
  /** Nothing else is kept: the app brings its own. */
  isOnly: boolean
  /** A folder of the build's output whose packages are copied to the same place. */
  beside: string | null
  /** Another package of the workspace whose packages are kept too: that with the seed. */
  from: string | null
}

export interface DatabasePlan {
  /** As in the profile: relative to the app's root, or absolute. */
  file: string
  env: string | null
  /** File name on the volume and in the bucket, e.g. `dev.db`. */
  name: string
  /** Absolute path on the volume, e.g. `/data/dev.db`. */
  path: string
  /** What fly.toml sets the variable to, where an image that is replaced did so; null: nothing. */
  url: string | null
  /** Folder of the package that has Prisma's files, relative to the root. */
  folder: string
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
  /** In gigabytes, when it is made; it grows from there. */
  sizeGb: number
  /** For how long Fly keeps its daily snapshots of it. */
  snapshotDays: number
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

/** A workflow of GitHub Actions. */
export interface WorkflowPlan {
  /** `npm test`, word by word; null where the app has no tests. */
  test: string[] | null
  /** A second app on Fly that the branch `staging` is deployed to; null: none. */
  staging: string | null
}

export const litestreamVersions = ['0.3.13', '0.5.16'] as const
export type LitestreamVersion = (typeof litestreamVersions)[number]

/** How fly.toml starts dbsetup in an image of the user's own, before the app's command. */
export interface SetupPlan {
  /** Its first words: `node dbsetup.js`. */
  command: string[]
  /** What Fly puts before each process instead of that image's ENTRYPOINT, which `image.start` begins with; null: there is none. */
  entrypoint: string[] | null
}

export interface StartScriptPlan {
  /** `entrypoint`: the image's ENTRYPOINT; `dbsetup`: the first words of a process in fly.toml. */
  kind: 'entrypoint' | 'dbsetup'
  file: string
  /** Null for `entrypoint`. */
  setup: SetupPlan | null
  /** Process group of fly.toml that starts the app. */
  group: string
  /** Its other groups, whose machines have no volume. */
  otherGroups: string[]
  /** Nothing told which group starts the app: it is the first one. */
  isGroupGuessed: boolean
}

export interface ComposePlan {
  /** What Caddy answers for, with TLS; null: there is no Caddy, and the app has a port of the machine. */
  domain: string | null
  /** A bucket on the same machine, for a try. */
  hasBucketServer: boolean
}

/** What the user asked for; everything has a default. */
export interface PlanOptions {
  target?: DeployPlan['target']
  /** Empty: none, where one was asked for earlier. */
  domain?: string
  bucketServer?: boolean
  name?: string
  region?: string
  /** A size of Fly's machines, e.g. `shared-cpu-2x`. */
  size?: string
  /** In megabytes. */
  memory?: number
  /** In gigabytes, of a volume that is yet to be made, and what it may grow to. */
  volumeSize?: number
  volumeLimit?: number
  /** In days, of Fly's snapshots of the volume. */
  snapshotDays?: number
  port?: number
  backup?: boolean
  /** Path of the backup in the bucket, where no litestream.yml says it. */
  backupPath?: string
  /** How far back in days one can restore. */
  retention?: number
  /** False: a new database stays as the migrations make it. */
  seed?: boolean
  /** A workflow that deploys from GitHub. */
  github?: boolean
  /** Name of the app that this workflow deploys the branch `staging` to. */
  staging?: string
  package?: string
  litestream?: LitestreamVersion
  /** Options of the image; what package.json has of them when this is not given. */
  dockerfile?: DockerfileOptions
  /** What was asked for when the files were last written; what is asked for now goes before it. */
  remembered?: RememberedOptions
  files?: ProjectFiles
}

/** The options that no file but the manifest tells of; `package` stands in package.json. */
export type RememberedOptions = Omit<PlanOptions, 'package' | 'dockerfile' | 'remembered' | 'files'>

/** Texts of the project that the plan builds upon; null for a file that is not there. */
export interface ProjectFiles {
  dockerfile: string | null
  flyToml: string | null
  packageJson: string | null
  /** Which of `presentNames` are there. */
  present: string[]
  /** Texts of the files that the options `--instructions-…` name, by their path. */
  instructions?: Record<string, string>
}

/** Files besides package.json that decide what an installation gives, where there are such. */
export const installFileNames = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  // What else is in that folder is of the machine alone.
  '.yarn/cache/',
  '.yarn/patches/',
  '.yarn/plugins/',
  '.yarn/releases/',
  'bunfig.toml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'patches/',
]

/** The lock file of each package manager; the first that is there counts. */
export const lockFileNames: Record<PackageManagerName, string[]> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
  bun: ['bun.lock', 'bun.lockb'],
}

/** Files whose being there decides something. */
export const presentNames = {
  /** In the root of the workspace, where there is one. */
  root: [...installFileNames, ...Object.values(lockFileNames).flat()],
  app: ['public/', 'tsconfig.json'],
}
