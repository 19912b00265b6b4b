import type { BackupStatus } from '../../boot/status.ts'
import { show } from '../../command.ts'
import { byLine } from '../../terminal/by-line.ts'
import { addressOf } from './apps.ts'
import { backupOf } from './backup.ts'
import { deployCommand } from './deploy.ts'
import { failed } from './failures.ts'
import type { FlyMachine } from './machines.ts'
import { noteStep } from './record.ts'
import { lookInside, type Target } from './target.ts'
import { waitForBackup, waitForHealth } from './wait.ts'

export interface Release {
  url: string | null
  machine: FlyMachine
  /** Null for an app that has none. */
  backup: BackupStatus | null
}

export interface ReleaseOptions {
  /** Seconds that health and the first confirmed backup may take together, after Fly has deployed. */
  wait: number
  /** Gets what `fly deploy` says, as it says it. */
  say: (text: string) => void
}

/**
 * Deploys, and waits until the app is well and its database is in the backup.
 *
 * @throws SeaworthyError `SW-FLY-FAILED`, `SW-FLY-UNHEALTHY`, `SW-FLY-NOT-CONFIRMED`.
 */
export const release = async (target: Target, { wait, say }: ReleaseOptions): Promise<Release> => {
  const { flyctl, root, app, plan } = target
  const before = await backupOf(flyctl, app, plan, (await lookInside(target)).machine)
  const command = deployCommand(flyctl, target)
  const note = (state: 'begun' | 'done') =>
    noteStep(root, app, 'deploy', { state, command: show(command), at: new Date().toISOString() })
  note('begun')
  const result = await flyctl.run(command, { onOutput: byLine(say) })
  if (result.code !== 0) throw failed(command, result)
  note('done')
  const deadline = Date.now() + wait * 1000
  const machine = await waitForHealth(target, deadline)
  const backup = plan.backup ? await waitForBackup(target, machine, before, deadline) : null
  return { url: await addressOf(flyctl, app), machine, backup }
}
