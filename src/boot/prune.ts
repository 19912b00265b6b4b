import type { Bucket } from '../bucket/bucket.ts'
import { reasonOf } from '../errors.ts'
import { deleteBackup, findBackup } from '../litestream/backup.ts'
import { newestGeneration } from '../litestream/generations.ts'
import { currentTimeline, type Head, lineage, type Timeline, timelinePath } from './head.ts'
import type { Log } from './log.ts'
import type { Session } from './session.ts'

/** Milliseconds after the start at which there is time to tidy up. */
const pruneAfterMs = 60_000

/** Removes outlived timelines when the start is over, unless the app ends before. */
export const pruneLater = (session: Session, log: Log): void => {
  const warn = (error: unknown) => {
    const text = `old timelines could not be removed: ${reasonOf(error)}`
    log({ level: 'warn', step: 'replicate', outcome: 'warning', text })
  }
  setTimeout(() => pruneTimelines(session, log).catch(warn), pruneAfterMs).unref()
}

/** Litestream's own default, where `litestream.yml` names none. */
const defaultRetention = '24h'

/**
 * Removes timelines that history has left longer ago than the retention. The one that the current timeline came from
 * stays until then, and until the current one has a whole backup of its own.
 *
 * @throws TemporaryError `SW-LEASE-LOST`, before anything is removed: the new holder may have gone back to one of them.
 */
export const pruneTimelines = async ({ remote, lease }: Session, log: Log): Promise<void> => {
  const { bucket, config } = remote
  if (!(await hasWhole(bucket, timelinePath(config.path, lease.head.timeline)))) return
  const retentionMs = durationMs(String(config.replica.retention ?? defaultRetention))
  const isOutlived = () => outlived(lease.head, retentionMs, new Date())
  if (isOutlived().length > 0) await lease.update((head) => head)
  for (const { id } of isOutlived()) {
    await deleteBackup(bucket, timelinePath(config.path, id))
    await lease.update((head) => ({ ...head, timelines: head.timelines.filter((each) => each.id !== id) }))
    log({
      step: 'replicate',
      outcome: 'pruned',
      timeline: id,
      text: `timeline ${id}, left longer ago than the retention`,
    })
  }
}

// Nobody restores a snapshot of 0.3 behind which nothing has come.
const hasWhole = async (bucket: Bucket, path: string): Promise<boolean> => {
  const format = await findBackup(bucket, path)
  return format === '0.3' ? (await newestGeneration(bucket, path)) !== null : format !== null
}

/** The timelines whose time is over: those that were left (by a branch from them, or for another line) that long ago. */
export const outlived = (head: Head, retentionMs: number, now: Date): Timeline[] => {
  const ended = (timeline: Timeline): number => {
    const line = lineage(head)
    const child = line[line.findIndex(({ id }) => id === timeline.id) - 1]
    // Off the current line: the current line went its own way when the next timeline began, at the latest.
    const next = child ?? head.timelines.find(({ id }) => id > timeline.id)
    return next?.began ? Date.parse(next.began) : Number.POSITIVE_INFINITY
  }
  return head.timelines.filter(
    (timeline) => timeline !== currentTimeline(head) && ended(timeline) + retentionMs < now.getTime(),
  )
}

const unitsMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

/** A duration as Go and so Litestream write it: `168h`, `1h30m`, `90s`. */
export const durationMs = (text: string): number => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)]
  if (parts.length === 0) return Number.POSITIVE_INFINITY
  return parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * unitsMs[unit as keyof typeof unitsMs],
    0,
  )
}
