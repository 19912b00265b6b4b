import type { BackupStatus } from '../../boot/status.ts'
import { stateFolder } from '../../boot/volume.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { asRecord } from './answers.ts'
import type { Flyctl } from './flyctl.ts'
import { type FlyMachine, outputOf } from './machines.ts'

/** What the start script has last written about its backup; null when no machine runs that could be asked, or none is written. */
export const backupOf = async (
  flyctl: Flyctl,
  app: string,
  plan: DeployPlan,
  machine: FlyMachine | null,
): Promise<BackupStatus | null> => {
  if (!plan.volume || machine?.state !== 'started') return null
  const text = await outputOf(flyctl, app, machine.id, readCommand(plan, plan.volume.destination))
  try {
    const status = asRecord(JSON.parse(text ?? ''))
    return status.version === 1 ? (status as unknown as BackupStatus) : null
  } catch {
    return null
  }
}

/** An image without a shell has no `cat` either. */
const readCommand = ({ image }: DeployPlan, volume: string): string => {
  const file = `${stateFolder(volume).replaceAll('\\', '/')}/status.json`
  return image.base === 'distroless' && !image.isOwnDockerfile
    ? `/nodejs/bin/node -p "require('fs').readFileSync('${file}', 'utf8')"`
    : `cat ${file}`
}
