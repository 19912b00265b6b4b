import type { Bucket, ListedObject } from '../bucket/bucket.ts'
import type { DialectName } from './binary.ts'
import { firstWhole } from './generations.ts'

/** The first moment that a backup can be restored to, by the store's clock; null when there is none. */
export const firstMoment = (
  bucket: Bucket,
  replicaPath: string,
  format: DialectName,
): Promise<Date | null> =>
  format === '0.3' ? firstWhole(bucket, replicaPath) : firstTransaction(bucket, replicaPath)

/** The levels of an LTX backup, from single transactions to snapshots. */
const levels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

/** A file with which a restore can begin: the first transaction, what it was compacted into, a snapshot. */
const firstName = `${'1'.padStart(16, '0')}-`

// In a folder levels are ltx/0, ltx/1, …; in S3 they are 0000, 0001, …
const firstTransaction = async (bucket: Bucket, replicaPath: string): Promise<Date | null> => {
  const folderOf = (level: number) =>
    bucket.kind === 'folder' ? `ltx/${level}` : String(level).padStart(4, '0')
  const found: ListedObject[][] = await Promise.all(
    levels.map((level) => bucket.list(`${replicaPath}/${folderOf(level)}/${firstName}`)),
  )
  // S3 tells times by the second, and Litestream goes by finer ones of its own.
  const fineness = bucket.kind === 's3' ? 1_000 : 0
  const times = found.flat().map(({ modified }) => modified.getTime() + fineness)
  return times.length === 0 ? null : new Date(Math.min(...times))
}
