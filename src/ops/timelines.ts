import type { Head, Timeline } from '../boot/head.ts'
import { lineage, timelinePath } from '../boot/head.ts'
import type { Remote } from '../boot/remote.ts'
import { findBackup } from '../litestream/backup.ts'
import type { DialectName } from '../litestream/binary.ts'
import { firstMoment } from '../litestream/moments.ts'

/** What can be restored of one timeline; an item of `seaworthy restore --list --json`. */
export interface TimelineSpan {
  id: number
  /** The timeline that it branched off, and why. */
  from: number | null
  why: Timeline['why']
  /** It is the current one or one that this came from: what `--at` means without `--timeline`. */
  isInLine: boolean
  /** The first moment that can be restored, ISO 8601; null while there is none. */
  first: string | null
  /** When the last write was uploaded; any later moment gives that state, until the timeline was left. */
  last: string | null
  /** When the history went on elsewhere; null for the timelines that were not left. */
  left: string | null
  format: DialectName | null
  /** Bytes in the bucket. */
  size: number
}

/** All timelines in the bucket, oldest first. Lists every object of theirs. */
export const timelineSpans = async (remote: Remote, head: Head): Promise<TimelineSpan[]> => {
  const line = lineage(head)
  const spans: TimelineSpan[] = []
  for (const timeline of head.timelines) {
    const child = line[line.indexOf(timeline) - 1]
    spans.push({
      ...(await storedSpan(remote, timeline)),
      isInLine: line.includes(timeline),
      left: child?.began ?? null,
    })
  }
  return spans
}

const storedSpan = async (
  { bucket, config }: Remote,
  { id, from, why, format: noted }: Timeline,
): Promise<Omit<TimelineSpan, 'isInLine' | 'left'>> => {
  const path = timelinePath(config.path, id)
  const format = (await findBackup(bucket, path)) ?? noted
  const objects = await bucket.list(`${path}/`)
  const first = format && (await firstMoment(bucket, path, format))
  const last =
    first && new Date(objects.reduce((time, { modified }) => Math.max(time, modified.getTime()), 0))
  return {
    id,
    from,
    why,
    first: first?.toISOString() ?? null,
    last: last?.toISOString() ?? null,
    format,
    size: objects.reduce((sum, { size }) => sum + size, 0),
  }
}
