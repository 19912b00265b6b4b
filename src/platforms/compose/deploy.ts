import type { BackupStatus } from '../../boot/status.ts'
import { show } from '../../command.ts'
import type { ComposePlan, DeployPlan } from '../../plan/plan-types.ts'
import { appContainers, type Container, remove } from './containers.ts'
import { compose, type Docker, docker, must } from './docker.ts'
import { requireEnvironment } from './environment.ts'
import { type Present, presentOf } from './present.ts'
import { requireDocker } from './require-docker.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { isBackedUp, isHealthy } from './wait.ts'

export interface ComposeRelease {
  /** Where Docker was told to do it: `ssh://me@machine`, `unix:///var/run/docker.sock`. */
  machine: string
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
 * @throws SeaworthyError `SW-COMPOSE-NO-ENV`, `SW-DOCKER-FAILED`, `SW-COMPOSE-UNHEALTHY`, `SW-COMPOSE-NOT-BACKED-UP`,
 * those of `requireDocker`.
 */
export const deploy = async (
  target: Docker,
  plan: DeployPlan,
  composePlan: ComposePlan,
  options: DeployOptions,
): Promise<ComposeRelease> => {
  requireEnvironment(target.root)
  const machine = await requireDocker(target)
  options.say(`Deploying to ${machine}`)
  await tell(target, ['build', 'app'], options)
  const traffic = trafficOf(target, composePlan, plan.image.port)
  const present = traffic && (await presentOf(target, plan, options.say))
  const { next, isWithoutGap } =
    traffic && present ? await follow(target, traffic, present, options) : await replace(target, options)
  const backup =
    plan.volume && plan.backup
      ? await isBackedUp(target, next.id, {
          volume: plan.volume.destination,
          image: plan.image,
          // By the clock of the machine that it runs on.
          since: next.createdAt,
          timeoutMs: options.patienceMs,
        })
      : null
  return { machine, container: next.id, isWithoutGap, backup }
}

const tell = async (target: Docker, args: string[], { say }: DeployOptions): Promise<void> => {
  const command = compose(target, args)
  say(`Running: ${show(command)}`)
  await must(target, command)
}

interface Begun {
  next: Container
  isWithoutGap: boolean
}

/** The new release begins beside the present one; requests go to it when it is healthy, and then the present one ends. */
const follow = async (
  target: Docker,
  traffic: Traffic,
  { serving, leftovers, others }: Present,
  options: DeployOptions,
): Promise<Begun> => {
  await tell(target, ['up', '--detach', '--no-deps', '--remove-orphans', ...others], options)
  await traffic.sendTo(serving.address)
  await remove(target, leftovers)
  await tell(target, ['up', '--detach', '--no-deps', '--no-recreate', '--scale', 'app=2', 'app'], options)
  const next = (await appContainers(target)).findLast(({ id }) => id !== serving.id)
  try {
    const healthy = await isHealthy(target, next?.id ?? '', options.patienceMs)
    await traffic.sendTo(healthy.address)
    if (serving.address !== null) await traffic.drained(serving.address, drainMs)
    options.say('The new release is healthy, and has the requests; the last one is stopped.')
    await remove(target, [serving])
    return { next: healthy, isWithoutGap: !(await hasStoppedLast(target, healthy.id)) }
  } catch (error) {
    if (next !== undefined) await target.run(docker(target, ['rm', '--force', next.id]))
    throw error
  } finally {
    await traffic.sendTo(null)
  }
}

/** The start script's log, as text or JSON: a migration that the last release could not have lived with. */
const hasStoppedLast = async (target: Docker, id: string): Promise<boolean> => {
  const { stdout, stderr } = await target.run(docker(target, ['logs', id]))
  return /\bhandover\b.{0,40}\bwaiting\b/.test(stdout + stderr)
}

const replace = async (target: Docker, options: DeployOptions): Promise<Begun> => {
  await tell(target, ['up', '--detach', '--remove-orphans'], options)
  const next = (await appContainers(target)).at(-1)
  return { next: await isHealthy(target, next?.id ?? '', options.patienceMs), isWithoutGap: false }
}
