import type { BackupStatus } from '../../boot/status.ts'
import { bucketSecrets } from '../../bucket/bucket.ts'
import { addressOf } from './apps.ts'
import { backupOf } from './backup.ts'
import type { FlyMachine } from './machines.ts'
import { look, type Target } from './target.ts'
import type { FlyVolume } from './volumes.ts'

/** What `fly status --json` prints. */
export interface FlyStatus {
  version: 1
  app: string
  /** Null when there is no such app, or it was never deployed. */
  url: string | null
  machine: Pick<FlyMachine, 'id' | 'state' | 'region' | 'checks'> | null
  volume: Pick<FlyVolume, 'id' | 'name' | 'region' | 'sizeGb'> | null
  /** Whether all five secrets of a bucket are set. */
  bucket: boolean
  /** What the machine's start script has last written; null while none runs. */
  backup: BackupStatus | null
}

export const readStatus = async (target: Target): Promise<FlyStatus> => {
  const { flyctl, app, plan } = target
  const { isApp, secrets, machine, volume } = await look(target)
  return {
    version: 1,
    app,
    url: isApp ? await addressOf(flyctl, app) : null,
    machine: machine && {
      id: machine.id,
      state: machine.state,
      region: machine.region,
      checks: machine.checks,
    },
    volume: volume && { id: volume.id, name: volume.name, region: volume.region, sizeGb: volume.sizeGb },
    bucket: bucketSecrets.every((name) => secrets.includes(name)),
    backup: await backupOf(flyctl, app, plan, machine),
  }
}
