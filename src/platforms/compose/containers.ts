import { compose, type Docker, docker, must } from './docker.ts'

/** A container of the app. */
export interface Container {
  id: string
  /** Milliseconds since 1970. */
  createdAt: number
  isRunning: boolean
  /** Of its end; 0 while it runs. */
  exitCode: number
  /** Null: the image has no health check. */
  health: 'starting' | 'healthy' | 'unhealthy' | null
  /** Whether its start lets another begin beside it. */
  handsOver: boolean
  /** In the network of compose.yaml. */
  address: string | null
  /** How often Docker has started it again. */
  restarts: number
}

/** The app's containers that run, or with `--all` those that do not too; oldest first. */
export const appContainers = async (target: Docker, which: '--all'[] = []): Promise<Container[]> => {
  const list = await must(target, compose(target, ['ps', ...which, '--quiet', 'app']))
  const ids = list.split('\n').filter(Boolean)
  const found = await Promise.all(ids.map((id) => inspect(target, id)))
  return found.filter((each) => each !== null).sort((a, b) => a.createdAt - b.createdAt)
}

/** Null when it is no more. */
export const inspect = async (target: Docker, id: string): Promise<Container | null> => {
  const { code, stdout } = await target.run(docker(target, ['inspect', '--type', 'container', id]))
  const [found]: Inspected[] = code === 0 ? JSON.parse(stdout) : []
  return found === undefined ? null : containerOf(found)
}

/** What of `docker inspect` counts: https://docs.docker.com/reference/api/engine/ (ContainerInspect). */
interface Inspected {
  Id: string
  Created: string
  RestartCount?: number
  Config: { Env?: string[] | null }
  State: { Running: boolean; ExitCode: number; Health?: { Status: string } }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

const containerOf = ({
  Id,
  Created,
  RestartCount,
  Config,
  State,
  NetworkSettings,
}: Inspected): Container => ({
  id: Id,
  createdAt: Date.parse(Created),
  isRunning: State.Running,
  exitCode: State.ExitCode,
  health: healthOf(State.Health?.Status),
  handsOver: Config.Env?.includes('SEAWORTHY_HANDOVER=1') ?? false,
  address: Object.values(NetworkSettings.Networks)[0]?.IPAddress || null,
  restarts: RestartCount ?? 0,
})

const healthOf = (status = 'none'): Container['health'] =>
  status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : null

/** Stops containers as compose.yaml says, with its grace period, and removes them. */
export const remove = async (target: Docker, containers: readonly Container[]): Promise<void> => {
  for (const { id } of containers) {
    await must(target, docker(target, ['stop', id]))
    await must(target, docker(target, ['rm', id]))
  }
}
