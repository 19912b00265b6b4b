import { foundTimelines } from '../boot/found-timelines.ts'
import { type Head, lineage, readHead, type Timeline, timelinePath } from '../boot/head.ts'
import type { FoundBackup } from '../boot/history.ts'
import type { Remote } from '../boot/remote.ts'
import { SeaworthyError, usageError } from '../errors.ts'
import { findBackup } from '../litestream/backup.ts'
import { newestGeneration } from '../litestream/generations.ts'
import { firstMoment } from '../litestream/moments.ts'

/** The head in the bucket; one that is made up from what is listed, where there is none. */
export const headOf = async ({ bucket, config }: Remote): Promise<Head> => {
  const stored = await readHead(bucket, config.path)
  if (stored !== null) return stored.head
  const timelines = await foundTimelines(bucket, config.path)
  const timeline = timelines.at(-1)?.id ?? 1
  return { version: 1, timeline, timelines, lease: null, lastBoot: null, isConditional: true }
}

/**
 * A timeline and those it came from, nearest first.
 *
 * @param id null for the current one.
 * @throws SeaworthyError `SW-USAGE`.
 */
export const lineOf = (head: Head, id: number | null): Timeline[] => {
  if (id === null || head.timelines.some((timeline) => timeline.id === id))
    return lineage({ ...head, timeline: id ?? head.timeline })
  const ids = head.timelines.map((timeline) => timeline.id).join(', ')
  throw usageError(`There is no timeline ${id}, only ${ids}.`, 'seaworthy restore --list shows them.')
}

/**
 * The backup to restore a moment from: on the last timeline of the line that had one at that time. Where a timeline has
 * not uploaded anything yet, that is the one it came from, as it was when it was left: what a machine that lost its lease
 * may have written there afterwards is no part of the history.
 *
 * @param moment null for the last one.
 * @throws SeaworthyError `SW-RESTORE-FUTURE`, `SW-RESTORE-TOO-EARLY`, `SW-RESTORE-NOTHING`.
 */
export const backupAt = async (
  remote: Remote,
  line: Timeline[],
  moment: Date | null,
): Promise<FoundBackup> => {
  if (moment !== null && moment.getTime() > Date.now()) throw inFuture(moment)
  let until = moment
  for (const timeline of line) {
    const { began } = timeline
    if (until === null || began === null || Date.parse(began) <= until.getTime()) {
      const found = await backupOn(remote, timeline, until)
      if (found !== null) return found
    }
    if (until !== null && began !== null) until = earlier(until, nextSecond(began))
  }
  throw await notThere(remote, line, moment)
}

const backupOn = async (
  { bucket, config }: Remote,
  timeline: Timeline,
  moment: Date | null,
): Promise<FoundBackup | null> => {
  const path = timelinePath(config.path, timeline.id)
  const format = await findBackup(bucket, path)
  if (format === null) return null
  if (format === '0.3') {
    const generation = await newestGeneration(bucket, path, moment)
    return generation === null ? null : { timeline, format, generation, moment }
  }
  const first = await firstMoment(bucket, path, format)
  const isThere = first !== null && (moment === null || first <= moment)
  return isThere ? { timeline, format, generation: null, moment } : null
}

// Stores tell times by the second, rounded down.
const nextSecond = (iso: string): Date => new Date(Math.ceil((Date.parse(iso) + 1) / 1000) * 1000)

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)

const notThere = async (
  { bucket, config }: Remote,
  line: Timeline[],
  moment: Date | null,
): Promise<SeaworthyError> => {
  const firsts: Date[] = []
  for (const { id } of line) {
    const path = timelinePath(config.path, id)
    const format = await findBackup(bucket, path)
    const first = format && (await firstMoment(bucket, path, format))
    if (first) firsts.push(first)
  }
  const [first] = firsts.sort((a, b) => a.getTime() - b.getTime())
  return first === undefined || moment === null
    ? nothing(bucket.location, config.path)
    : tooEarly(moment, firstWholeSecond(first))
}

/** What can be typed as it stands: rounded up to the next second. */
const firstWholeSecond = (time: Date): string =>
  new Date(Math.ceil(time.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z')

const inFuture = (moment: Date): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-RESTORE-FUTURE',
    what: `${moment.toISOString()} lies in the future.`,
    why: 'A time without a zone is taken for one of this computer.',
    next: 'Add the zone (2026-11-22T18:30:00Z); for the newest state leave --at out.',
  })

const tooEarly = (moment: Date, first: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-RESTORE-TOO-EARLY',
    what: `There is no backup from ${moment.toISOString()} or before.`,
    why: `What is kept begins at ${first}: the first backup, or as far back as the retention goes.`,
    next: `seaworthy restore --at ${first}`,
  })

const nothing = (location: string, path: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-RESTORE-NOTHING',
    what: `There is no backup at ${path} in ${location}.`,
    why: 'Our own listing shows nothing there that is whole.',
    next: 'Check that it is the right bucket, and the path of the replica in litestream.yml.',
  })
