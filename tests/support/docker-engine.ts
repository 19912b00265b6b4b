import { spawnSync } from 'node:child_process'

/** What a generated Dockerfile and compose.yaml build upon and start. */
const images = ['node:22-slim', 'litestream/litestream:0.3.13', 'caddy:2.11', 'versity/versitygw:latest']

/** Whether a Docker engine answers; DOCKER_HOST and DOCKER_CONFIG, which scripts/with-docker.sh sets, say where. */
export const hasDocker = (): boolean => docker('version')

/** Whether compose files can be run with it, and says what is missing. */
export const hasDockerEngine = (): boolean => {
  const missing = hasDocker() ? whatIsMissing() : 'Docker engine'
  if (missing !== undefined) console.warn(`skipped: no ${missing} (scripts/with-docker.sh COMMAND gives one)`)
  return missing === undefined
}

const whatIsMissing = (): string | undefined =>
  docker('compose', 'version')
    ? images.find((image) => !isThere(image))
    : 'plugin of Docker for compose files'

const isThere = (image: string): boolean =>
  docker('image', 'inspect', image) || docker('pull', '--quiet', image)

const docker = (...args: string[]): boolean =>
  spawnSync('docker', args, { stdio: 'ignore', timeout: 120_000 }).status === 0
