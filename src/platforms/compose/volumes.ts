import { type Docker, docker } from './docker.ts'
import type { Setup } from './setup.ts'

/** The name, for Docker, of the volume that a service has at this path; null: it has none, or it was never made. */
export const presentVolume = async (
  target: Docker,
  { volumeAt }: Setup,
  service: string,
  path: string,
): Promise<string | null> => {
  const name = volumeAt(service, path)
  if (name === null) return null
  const { code } = await target.run(docker(target, ['volume', 'inspect', name]))
  return code === 0 ? name : null
}
