import type { Bucket } from '../bucket/bucket.ts'
import type { DialectName } from './binary.ts'

/** What stands at a replica's path: the format of the backup there, or nothing. */
export type BackupFormat = DialectName | null

/**
 * Looks for a backup by our own listing: Litestream's answer "no matching backups" also comes with an unreachable or
 * wrong store, at exit code 0.
 */
export const findBackup = async (bucket: Bucket, replicaPath: string): Promise<BackupFormat> => {
  const objects = await bucket.list(`${replicaPath}/`, { limit: 1 })
  const rest = objects[0]?.key.slice(replicaPath.length + 1)
  if (rest === undefined) return null
  return rest.startsWith('generations/') ? '0.3' : '0.5'
}

/** Removes all objects of a replica's path. */
export const deleteBackup = async (bucket: Bucket, replicaPath: string): Promise<number> => {
  const objects = await bucket.list(`${replicaPath}/`)
  for (const { key } of objects) await bucket.delete(key)
  return objects.length
}
