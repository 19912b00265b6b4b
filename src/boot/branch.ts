import { findBackup } from '../litestream/backup.ts'
import type { DialectName } from '../litestream/binary.ts'
import { forgetMetadata, localPosition } from '../litestream/position.ts'
import { currentTimeline, type Head, type TimelineReason, timelinePath } from './head.ts'
import { branched } from './lease-rules.ts'
import type { Place } from './place.ts'
import type { Session } from './session.ts'

/**
 * Makes sure that Litestream may write to the current timeline, or begins a new one: never two formats at one path, and
 * never Litestream 0.5 where it goes on from a state that it does not know.
 *
 * @returns the timeline to replicate to.
 */
export const settleTimeline = async ({ remote, lease }: Session, place: Place): Promise<number> => {
  const { dialect } = remote.litestream
  const path = timelinePath(remote.config.path, lease.head.timeline)
  const present = currentTimeline(lease.head).format ?? (await findBackup(remote.bucket, path))
  const local = localPosition(place.file)
  if (local !== null && !canGoOn(local.dialect, dialect, present)) forgetMetadata(place.file)
  const why = whyBranch(dialect, present, local !== null)
  if (why !== null || currentTimeline(lease.head).format !== dialect) {
    await lease.update((head, now) => withFormat(why === null ? head : branched(head, why, now), dialect))
  }
  return lease.head.timeline
}

// Where nothing is yet, Litestream 0.5 goes on from its local state all the same, and leaves out all that came before.
const canGoOn = (local: DialectName, dialect: DialectName, present: DialectName | null): boolean =>
  local === dialect && (dialect === '0.3' || present !== null)

const whyBranch = (
  dialect: DialectName,
  present: DialectName | null,
  isKnown: boolean,
): TimelineReason | null => {
  if (present === null) return null
  if (present !== dialect) return 'format'
  return dialect === '0.5' && !isKnown ? 'fresh-volume' : null
}

const withFormat = (head: Head, format: DialectName): Head => ({
  ...head,
  timelines: head.timelines.map((timeline) =>
    timeline.id === head.timeline ? { ...timeline, format } : timeline,
  ),
})
