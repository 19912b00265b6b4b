import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where an app's machine, volume and bucket are: all of it below `.seaworthy/local`. Absolute paths. */
export interface LocalPaths {
  folder: string
  /** A folder for each release: the machine's file system. */
  releases: string
  volume: string
  bucket: string
  record: string
  log: string
  lock: string
}

export const localPaths = (root: string): LocalPaths => {
  const folder = join(root, '.seaworthy', 'local')
  return {
    folder,
    releases: join(folder, 'releases'),
    volume: join(folder, 'volume'),
    bucket: join(folder, 'bucket'),
    record: join(folder, 'machine.json'),
    log: join(folder, 'machine.log'),
    lock: join(folder, 'deploy.lock.db'),
  }
}

export const releaseFolder = (paths: LocalPaths, release: number): string =>
  join(paths.releases, String(release))

/** Makes the folder, out of sight of git. */
export const makeLocalFolder = ({ folder }: LocalPaths): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.gitignore'), '*\n')
}
