import { show } from '../command.ts'
import type { BackupPlan, DatabasePlan } from '../plan/plan-types.ts'

/**
 * Litestream's configuration, in the keys that 0.3 and 0.5 both read. No access keys: Litestream pastes variables
 * into the text before it parses it, and takes those two from the environment by itself.
 */
export const litestreamYml = (database: DatabasePlan, backup: BackupPlan): string => `\
# Used by the start script, and by hand: ${restoreCommand(database.path)}
# The variables are the secrets of the bucket. SEAWORTHY_TIMELINE is empty until a restore starts a second timeline.
dbs:
  - path: ${scalar(database.path)}
    # How much is lost when machine and volume are: at most these two intervals of writes.
    monitor-interval: 100ms
    replicas:
      - type: s3
        bucket: $BUCKET_NAME
        path: ${scalar(`${backup.path}$SEAWORTHY_TIMELINE`)}
        endpoint: $AWS_ENDPOINT_URL_S3
        region: $AWS_REGION
        force-path-style: true
        sync-interval: 100ms
        # How far back one can go; a snapshot each day keeps restoring quick.
        retention: ${backup.retention}
        snapshot-interval: 24h
`

const restoreCommand = (path: string): string =>
  show({ file: 'litestream', args: ['restore', '-config', 'litestream.yml', path] })

const scalar = (value: string): string => (/^[\w./$-]+$/.test(value) ? value : JSON.stringify(value))
