import type { BackupStatus } from '../../boot/status.ts'
import { bucketSecrets } from '../../bucket/bucket.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { backupIn } from './backup.ts'
import { appContainers, type Container } from './containers.ts'
import type { Docker } from './docker.ts'
import { hostOf } from './machine.ts'
import { readSetup, type Setup } from './setup.ts'
import { presentVolume } from './volumes.ts'

/** What `compose status --json` prints. */
export interface ComposeStatus {
  version: 1
  app: string
  /** Null while no container runs, or where no port leads to it. */
  url: string | null
  container: ContainerStatus | null
  volume: { name: string } | null
  /** Whether all five secrets of a bucket are set. */
  bucket: boolean
  /** What the container's start script has last written; null while none runs. */
  backup: BackupStatus | null
}

export interface ContainerStatus {
  id: string
  state: 'running' | 'stopped'
  /** Null: the image has no health check. */
  health: Container['health']
  /** ISO 8601. */
  createdAt: string
}

/** @throws SeaworthyError `SW-DOCKER-MISSING`, `SW-DOCKER-FAILED`. */
export const readStatus = async (target: Docker, plan: DeployPlan): Promise<ComposeStatus> => {
  const setup = await readSetup(target)
  const container = theContainer(await appContainers(target, ['--all']))
  const runs = container?.isRunning ? container : null
  return {
    version: 1,
    app: plan.app.name,
    url: runs && (await addressOf(target, plan, setup)),
    container: container && statusOf(container),
    volume: await volumeOf(target, plan, setup),
    bucket: bucketSecrets.every((name) => setup.variables.includes(name)),
    backup:
      runs && plan.volume
        ? await backupIn(target, runs.id, { volume: plan.volume.destination, image: plan.image })
        : null,
  }
}

/** While one release follows another there are two: the one that will stay. */
const theContainer = (containers: Container[]): Container | null =>
  containers.findLast(({ isRunning }) => isRunning) ?? containers.at(-1) ?? null

const statusOf = ({ id, isRunning, health, createdAt }: Container): ContainerStatus => ({
  id,
  state: isRunning ? 'running' : 'stopped',
  health: isRunning ? health : null,
  createdAt: new Date(createdAt).toISOString(),
})

const addressOf = async (
  target: Docker,
  { compose, image }: DeployPlan,
  { publishedPort }: Setup,
): Promise<string | null> => {
  if (compose?.domain) return `https://${compose.domain}`
  const port = publishedPort(image.port)
  return port === null ? null : `http://${await hostOf(target)}:${port}`
}

const volumeOf = async (
  target: Docker,
  { volume }: DeployPlan,
  setup: Setup,
): Promise<ComposeStatus['volume']> => {
  const name = volume && (await presentVolume(target, setup, 'app', volume.destination))
  return name === null ? null : { name }
}
