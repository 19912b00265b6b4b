import { setTimeout as sleep } from 'node:timers/promises'
import type { BackupStatus } from '../../boot/status.ts'
import { ExitCode, SeaworthyError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'
import { backupIn, type StatusPlace } from './backup.ts'
import { type Container, inspect } from './containers.ts'
import { type Docker, docker } from './docker.ts'

const lookEveryMs = 500

/**
 * Waits until a container is healthy; where its image has no health check, until it has run for 5 s.
 *
 * @throws SeaworthyError `SW-COMPOSE-UNHEALTHY`, with what it has said last.
 */
export const isHealthy = async (target: Docker, id: string, timeoutMs: number): Promise<Container> => {
  const began = Date.now()
  for (;;) {
    const container = await inspect(target, id)
    const hasRun = container?.health === null && Date.now() - began > 5_000
    if (container?.isRunning && (container.health === 'healthy' || hasRun)) return container
    const isHopeless = container === null || container.health === 'unhealthy' || container.restarts > 2
    if (isHopeless || Date.now() - began > timeoutMs) throw await unhealthy(target, id, timeoutMs)
    await sleep(lookEveryMs)
  }
}

const unhealthy = async (target: Docker, id: string, timeoutMs: number): Promise<SeaworthyError> => {
  const { stdout, stderr } = await target.run(docker(target, ['logs', '--tail', '20', id]))
  return new SeaworthyError({
    code: 'SW-COMPOSE-UNHEALTHY',
    what: `The new release did not become healthy within ${timeoutMs / 1000} s.`,
    why: lastLines(`${stdout}\n${stderr}`, 12) || 'It said nothing.',
    next: 'Correct it and deploy again: npx seaworthy deploy',
  })
}

/**
 * Waits until the start script in the container says that the bucket holds every write.
 *
 * @throws SeaworthyError `SW-COMPOSE-NOT-BACKED-UP`.
 */
export const isBackedUp = async (
  target: Docker,
  id: string,
  { since, timeoutMs, ...place }: StatusPlace & { since: number; timeoutMs: number },
): Promise<BackupStatus> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const status = await backupIn(target, id, place)
    if (status?.state === 'backed-up' && Date.parse(status.time) >= since) return status
    if (Date.now() > deadline) throw notBackedUp(status, timeoutMs)
    await sleep(lookEveryMs)
  }
}

const notBackedUp = (status: BackupStatus | null, timeoutMs: number): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-COMPOSE-NOT-BACKED-UP',
    what: `The new release runs, but its backup was not confirmed within ${timeoutMs / 1000} s.`,
    why: status?.reason ?? `Its status is ${status?.state ?? 'unknown'}.`,
    next: 'Look at what it says: npx seaworthy compose logs; the five secrets are in .env.production.',
    exitCode: ExitCode.notConfirmed,
  })
