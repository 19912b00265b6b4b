import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupStatus } from '../../boot/status.ts'
import { show } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { envExamplePath, envPath } from '../../generate/compose.ts'
import type { ComposePlan, DeployPlan } from '../../plan/plan-types.ts'
import { appContainers, type Container, remove } from './containers.ts'
import { compose, type Docker, docker, must, requireDocker } from './docker.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { isBackedUp, isHealthy } from './wait.ts'

export interface ComposeRelease {
  container: string
  /** Whether the last release served until this one did. */
  isWithoutGap: boolean
  /** Null: the app has no backups. */
  backup: BackupStatus | null
}

export interface DeployOptions {
  /** Milliseconds for health, and again for the first confirmed backup. */
  patienceMs: number
  say: (text: string) => void
}

/** Milliseconds that requests to the last release have to end. */
const drainMs = 30_000

/**
 * Builds the image, puts a container of it in place of the present one, and waits for its backup. With Caddy before it the
 * present one serves until the new one is healthy, and goes on serving when it does not get so.
 *
 * @throws SeaworthyError `SW-COMPOSE-NO-ENV`, `SW-DOCKER-MISSING`, `SW-DOCKER-FAILED`, `SW-COMPOSE-UNHEALTHY`,
 * `SW-COMPOSE-NOT-BACKED-UP`.
 */
export const deploy = async (
  target: Docker,
  plan: DeployPlan,
  composePlan: ComposePlan,
  options: DeployOptions,
): Promise<ComposeRelease> => {
  if (!existsSync(join(target.root, envPath))) throw noEnvironment()
  await requireDocker(target)
  const began = Date.now()
  await tell(target, ['build', 'app'], options)
  const traffic = trafficOf(target, composePlan, plan.image.port)
  const present = traffic && (await settled(target, traffic))
  const next =
    traffic && present ? await follow(target, traffic, present, options) : await replace(target, options)
  const backup =
    plan.volume && plan.backup
      ? await isBackedUp(target, next.id, {
          volume: plan.volume.destination,
          image: plan.image,
          since: began,
          timeoutMs: options.patienceMs,
        })
      : null
  return { container: next.id, isWithoutGap: present !== null, backup }
}

const tell = async (target: Docker, args: string[], { say }: DeployOptions): Promise<void> => {
  const command = compose(target, args)
  say(`Running: ${show(command)}`)
  await must(target, command)
}

/** The container that serves. What a deployment that broke off has left beside it goes first. */
const settled = async (target: Docker, traffic: Traffic): Promise<Container | null> => {
  const running = (await appContainers(target)).filter(({ isRunning }) => isRunning)
  const serving = running.findLast(({ health }) => health === 'healthy') ?? running[0]
  if (serving === undefined) return null
  const others = running.filter(({ id }) => id !== serving.id)
  if (others.length > 0) {
    await traffic.sendTo(serving.address)
    await remove(target, others)
  }
  return serving
}

/** The new release begins beside the present one; requests go to it when it is healthy, and then the present one ends. */
const follow = async (
  target: Docker,
  traffic: Traffic,
  present: Container,
  options: DeployOptions,
): Promise<Container> => {
  await traffic.sendTo(present.address)
  await tell(target, ['up', '--detach', '--no-deps', '--no-recreate', '--scale', 'app=2', 'app'], options)
  const next = (await appContainers(target)).findLast(({ id }) => id !== present.id)
  try {
    const healthy = await isHealthy(target, next?.id ?? '', options.patienceMs)
    await traffic.sendTo(healthy.address)
    if (present.address !== null) await traffic.drained(present.address, drainMs)
    options.say('The new release is healthy, and has the requests; the last one is stopped.')
    await remove(target, [present])
    return healthy
  } catch (error) {
    if (next !== undefined) await target.run(docker(target, ['rm', '--force', next.id]))
    throw error
  } finally {
    await traffic.sendTo(null)
  }
}

const replace = async (target: Docker, options: DeployOptions): Promise<Container> => {
  await tell(target, ['up', '--detach', '--remove-orphans'], options)
  const next = (await appContainers(target)).at(-1)
  return isHealthy(target, next?.id ?? '', options.patienceMs)
}

const noEnvironment = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-NO-ENV',
    what: `There is no ${envPath}.`,
    why: 'compose.yaml takes the secrets of production from it.',
    next: `cp ${envExamplePath} ${envPath}, and fill it in.`,
  })
