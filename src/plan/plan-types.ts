import type { Finding } from '../scan/profile.ts'
import type { DockerfileOptions } from './dockerfile-options.ts'
import type { ImagePlan } from './image-plan.ts'

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
  /** Variables that the app does not start without, or not safely, and that are the user's to set, as secrets. */
  secrets: string[]
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
  /** package.json itself says which version of the package manager it is. */
  isManagerNamed: boolean
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
  /** Context of Docker's that names the machine; null: the one in use where `deploy` is typed. */
  context: string | null
}
