import { type BackupStatus, parseStatus } from '../../boot/status.ts'
import { stateFolder } from '../../boot/volume.ts'
import type { Command } from '../../command.ts'
import type { ImagePlan } from '../../plan/image-plan.ts'
import { compose, type Docker, docker } from './docker.ts'

/** Where the status of a backup is read. */
export interface StatusPlace {
  /** Path of the volume in the container. */
  volume: string
  image: ImagePlan
}

/** What the start script in a container has last written about its backup; null when there is nothing to be read. */
export const backupIn = (target: Docker, id: string, place: StatusPlace): Promise<BackupStatus | null> =>
  read(target, place, ([program, ...args]) => docker(target, ['exec', id, program, ...args]))

/** The same while no container has the volume: one that does nothing else reads it. */
export const backupOnVolume = (target: Docker, place: StatusPlace): Promise<BackupStatus | null> => {
  const once = ['run', '--rm', '--no-deps', '--no-TTY', '--entrypoint']
  return read(target, place, ([program, ...args]) => compose(target, [...once, program, 'app', ...args]))
}

const read = async (
  { run }: Docker,
  { volume, image: { base, isOwnDockerfile } }: StatusPlace,
  commandFor: (words: [string, ...string[]]) => Command,
): Promise<BackupStatus | null> => {
  const file = `${stateFolder(volume).replaceAll('\\', '/')}/status.json`
  // An image without a shell has no `cat` either.
  const hasCat = base !== 'distroless' || isOwnDockerfile
  const script = `require('fs').readFileSync('${file}', 'utf8')`
  const { stdout } = await run(commandFor(hasCat ? ['cat', file] : ['/nodejs/bin/node', '-p', script]))
  return parseStatus(stdout)
}
