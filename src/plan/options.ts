import type { DockerfileOptions } from './dockerfile-options.ts'
import type { DeployPlan, LitestreamVersion } from './plan-types.ts'
import type { ProjectFiles } from './project-files.ts'

/** What the user asked for; everything has a default. */
export interface PlanOptions {
  target?: DeployPlan['target']
  /** Empty: none, where one was asked for earlier. */
  domain?: string
  bucketServer?: boolean
  /** A context of Docker's. Empty: none, where one was asked for earlier. */
  context?: string
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
