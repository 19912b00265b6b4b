import { setTimeout as sleep } from 'node:timers/promises'
import type { BackupStatus } from '../../boot/status.ts'
import { ExitCode, SeaworthyError } from '../../errors.ts'
import { backupOf } from './backup.ts'
import { failed } from './failures.ts'
import { type FlyMachine, startMachine, theMachine } from './machines.ts'
import { groupOf, type Target } from './target.ts'

const pollMs = 1_000

/**
 * Waits until the machine runs and its checks pass. One that slept when it was deployed is woken: `fly deploy` leaves
 * it asleep, and its migrations undone.
 *
 * @param deadline in milliseconds, as `Date.now()` tells them.
 * @throws SeaworthyError `SW-FLY-UNHEALTHY`.
 */
export const waitForHealth = async (target: Target, deadline: number): Promise<FlyMachine> => {
  const { flyctl, app, plan } = target
  for (let isWoken = false; ; await sleep(pollMs)) {
    const machine = await theMachine(flyctl, app, groupOf(plan))
    if (machine && isHealthy(machine)) return machine
    if (machine && !isWoken && /^(stopped|suspended)$/.test(machine.state)) {
      isWoken = true
      const command = startMachine(flyctl, app, machine.id)
      const result = await flyctl.run(command)
      if (result.code !== 0) throw failed(command, result)
    }
    if (Date.now() > deadline) throw unhealthy(app, machine)
  }
}

const isHealthy = ({ state, checks }: FlyMachine): boolean =>
  state === 'started' && checks.every(({ status }) => status === 'passing')

/**
 * Waits until the start that was deployed says that all is in the backup.
 *
 * @param before what an earlier start had written: it stays until the new one writes.
 * @throws SeaworthyError `SW-FLY-NOT-CONFIRMED`.
 */
export const waitForBackup = async (
  { flyctl, app, plan }: Target,
  machine: FlyMachine,
  before: BackupStatus | null,
  deadline: number,
): Promise<BackupStatus> => {
  for (;;) {
    const found = await backupOf(flyctl, app, plan, machine)
    const status = found?.time === before?.time ? null : found
    if (status?.state === 'backed-up' && status.confirmed) return status
    if (Date.now() > deadline) throw notConfirmed(app, status)
    await sleep(pollMs)
  }
}

const unhealthy = (app: string, machine: FlyMachine | null): SeaworthyError => {
  const failing = machine?.checks.filter(({ status }) => status !== 'passing').map(({ name }) => name) ?? []
  return new SeaworthyError({
    code: 'SW-FLY-UNHEALTHY',
    what: machine
      ? `The machine ${machine.id} is ${machine.state}${failing.length > 0 ? `, and its checks fail: ${failing.join(', ')}` : ''}.`
      : `The app ${app} has no machine.`,
    why: 'It was deployed, and did not get well in the time that it had (--wait).',
    next: `fly logs --app ${app} --no-tail shows what its start says; docs/errors.md has each code.`,
  })
}

const notConfirmed = (app: string, status: BackupStatus | null): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-NOT-CONFIRMED',
    what: 'The app is deployed and runs, but nothing says that its database is in the backup.',
    why: status
      ? `Its start says: ${status.state}${status.reason ? `, ${status.reason}` : ''}.`
      : 'What its start writes about that could not be read from the machine.',
    next: `fly logs --app ${app} --no-tail; the step replicate says how the backup stands.`,
    exitCode: ExitCode.notConfirmed,
  })
