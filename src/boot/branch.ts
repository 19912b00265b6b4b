import { findBackup } from '../litestream/backup.ts'
import type { DialectName } from '../litestream/binary.ts'
import { forgetMetadata, hasBase, localPosition } from '../litestream/position.ts'
import { currentTimeline, type Head, type TimelineReason, timelinePath } from './head.ts'
import { rememberWriter } from './identity.ts'
import { branched } from './lease-rules.ts'
import type { Place } from './place.ts'
import type { Session } from './session.ts'

/**
 * Makes sure that Litestream may write to the current timeline, or begins a new one: never two formats at one path, and
 * never Litestream 0.5 where it goes on from a state that it does not know. From here on this start is the one that
 * wrote last, to the head and to the volume.
 *
 * @returns the timeline to replicate to.
 */
export const settleTimeline = async ({ remote, lease, me }: Session, place: Place): Promise<number> => {
  const { dialect } = remote.litestream
  const path = timelinePath(remote.config.path, lease.head.timeline)
  const present = currentTimeline(lease.head).format ?? (await findBackup(remote.bucket, path))
  const local = localPosition(place.file)
  const isGoingOn = local !== null && local.dialect === dialect && (await hasBase(remote.bucket, path, local))
  if (!isGoingOn) forgetMetadata(place.file)
  const why = whyBranch(dialect, present, local !== null)
  await lease.update((head, now) => ({
    ...withFormat(why === null ? head : branched(head, why, now), dialect),
    lastBoot: me.boot,
  }))
  rememberWriter(place.state, me, me.boot)
  return lease.head.timeline
}

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
