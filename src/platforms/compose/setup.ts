import { compose, type Docker, must } from './docker.ts'

/** compose.yaml as Docker reads it, .env.production included. */
export interface Setup {
  services: string[]
  /** Names of the app's variables that have a value. */
  variables: string[]
  /** TCP port of the machine that leads to this one of the app; null: none does. */
  publishedPort: (port: number) => number | null
  /** The name, for Docker, of the volume that a service has at this path; null: it is none, or a folder of the machine. */
  volumeAt: (service: string, path: string) => string | null
}

/** @throws SeaworthyError `SW-DOCKER-MISSING`, `SW-DOCKER-FAILED`. */
export const readSetup = async (target: Docker): Promise<Setup> => {
  const text = await must(target, compose(target, ['config', '--format', 'json']))
  const { services = {}, volumes = {} }: ComposeConfig = JSON.parse(text)
  const { environment, ports = [] } = services.app ?? {}
  return {
    services: Object.keys(services),
    variables: Object.entries(environment ?? {}).flatMap(([name, value]) => (value ? [name] : [])),
    publishedPort: (port) => Number(ports.find(({ target: own }) => own === port)?.published) || null,
    volumeAt: (service, path) => {
      const mounts = services[service]?.volumes ?? []
      const mount = mounts.find(({ type, target: own }) => type === 'volume' && own === path)
      return volumes[mount?.source ?? '']?.name ?? null
    },
  }
}

/** What of `docker compose config` counts: https://docs.docker.com/reference/compose-file/ */
interface ComposeConfig {
  services?: Record<
    string,
    {
      environment?: Record<string, string | null> | null
      ports?: { target: number; published?: string }[]
      volumes?: { type: string; source?: string; target: string }[]
    }
  >
  volumes?: Record<string, { name: string }>
}
