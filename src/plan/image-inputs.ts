import type { AppProfile } from '../scan/profile.ts'
import type { DockerfileOptions } from './dockerfile-options.ts'
import type { OwnDockerfile } from './own-dockerfile.ts'
import type { ProjectFiles } from './project-files.ts'

/** What an image is planned from. */
export interface ImageInputs {
  profile: AppProfile
  files: ProjectFiles
  settings: DockerfileOptions
  own: OwnDockerfile | null
  /** The command that fly.toml starts already, if it has one. */
  process: string | null
  port: number
  hasBackup: boolean
  /** Name of the script that readies the database and starts the app; null without a database. */
  startScript: string | null
  /** npm spec of seaworthy. */
  package: string
}
