import { SeaworthyError } from '../errors.ts'
import { type BackupFormat, findBackup } from '../litestream/backup.ts'
import { newestGeneration } from '../litestream/generations.ts'
import { isBehind, isRelated, localPosition, showPosition } from '../litestream/position.ts'
import { type Head, headKey, lineage, type Timeline, timelinePath } from './head.ts'
import type { HeldLease } from './held-lease.ts'
import type { Identity } from './identity.ts'
import type { Place } from './place.ts'
import type { Remote } from './remote.ts'

/** A timeline with something to restore. */
export interface FoundBackup {
  timeline: Timeline
  format: Exclude<BackupFormat, null>
  /** The generation of 0.3 to restore; null where Litestream is to choose. */
  generation: string | null
  /** The moment to restore; null for the last one. */
  moment: Date | null
}

/**
 * The newest backup: on the current timeline, or, where that had not begun yet, or no further than to half of its first
 * upload, on the one it came from.
 *
 * @returns null only when our own listing proved that there is none.
 * @throws SeaworthyError `SW-BUCKET-LISTING` when the listing does not show what was just written.
 */
export const newestBackup = async (remote: Remote, lease: HeldLease): Promise<FoundBackup | null> => {
  const { bucket, config } = remote
  let half: FoundBackup | null = null
  for (const timeline of lineage(lease.head)) {
    const path = timelinePath(config.path, timeline.id)
    const format = await findBackup(bucket, path)
    if (format === null) continue
    const generation = format === '0.3' ? await newestGeneration(bucket, path) : null
    const found = { timeline, format, generation, moment: null }
    if (format === '0.5' || generation !== null) return found
    half ??= found
  }
  if (half !== null) return half
  const key = headKey(config.path)
  const listed = await bucket.list(key, { limit: 1 })
  if (listed[0]?.key === key) return null
  throw new SeaworthyError({
    code: 'SW-BUCKET-LISTING',
    what: `The listing of the bucket ${bucket.location} cannot be trusted.`,
    why: `It does not show ${key}, which was written a moment ago; a backup may be there and not be shown.`,
    next: "Check the key's right to list (s3:ListBucket), and that nothing caches the store's answers.",
  })
}

/**
 * Compares the database on the volume with the backup.
 *
 * @returns why the volume is older than the backup or of another history; null when it is not.
 */
export const whyBehind = async (
  remote: Remote,
  place: Place,
  head: Head,
  me: Identity,
): Promise<string | null> => {
  const { bucket, config } = remote
  const local = localPosition(place.file)
  const path = timelinePath(config.path, head.timeline)
  const writer = head.lastBoot
  if (writer === null) {
    if ((await findBackup(bucket, path)) === null) return null
    if (local === null) return 'The bucket has a backup, and nothing tells that it is one of this database.'
    if (!(await isRelated(bucket, path, local)))
      return 'The backup in the bucket is not one of this database.'
  } else if (!me.boots.includes(writer)) {
    return 'Another volume, or a later state of this one, has written to the backup since.'
  }
  // Takeovers have begun timelines that nobody has written to yet; the local position is one of the last that somebody did.
  const written = lineage(head).find(({ format }) => format !== null)
  const writtenPath = written === undefined ? path : timelinePath(config.path, written.id)
  if (local === null || !(await isBehind(bucket, writtenPath, local))) return null
  return `The volume stands at ${showPosition(local)}, the backup goes further.`
}

export const behindError = (place: Place, remote: Remote, why: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-BEHIND',
    what: `The database ${place.file} is behind its backup in ${remote.bucket.location}.`,
    why: `${why} Going on from it would lose what only the backup has.`,
    next: 'Choose for one start: SEAWORTHY_RECONCILE=restore takes the backup (the local file is kept aside), SEAWORTHY_RECONCILE=keep goes on from the local file (the backup stays, on its own timeline).',
  })
