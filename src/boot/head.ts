import { randomUUID } from 'node:crypto'
import type { Bucket, PutResult } from '../bucket/bucket.ts'
import { SeaworthyError } from '../errors.ts'
import type { DialectName } from '../litestream/binary.ts'

/** `<path>.head.json`: which timeline is the current one, where each came from, and who may write. */
export interface Head {
  version: 1
  /** The current timeline. */
  timeline: number
  /** Every timeline that is still in the bucket, oldest first. */
  timelines: Timeline[]
  /** Null after a clean stop. */
  lease: Lease | null
  /**
   * Name of the start that wrote to the backup last: a volume that does not know it is older than the backup. Null: none
   * has written since there is a head.
   */
  lastBoot: string | null
  /** False: the store takes no heed of conditions, so that two machines are not kept apart. */
  isConditional: boolean
}

export interface Timeline {
  id: number
  from: number | null
  /** ISO 8601, by the store's clock; null for a backup from before there was a head. */
  began: string | null
  why: TimelineReason
  /** Which Litestream writes it; null until one does. */
  format: DialectName | null
}

export const firstTimeline: Timeline = { id: 1, from: null, began: null, why: 'first', format: null }

export type TimelineReason = 'first' | 'takeover' | 'kept-local' | 'format' | 'fresh-volume' | 'restored'

export interface Lease {
  /** The volume: it lives as long as the data. */
  owner: string
  /** The machine that the volume is on. */
  machine: string
  /** This one start. */
  boot: string
  /** For people: host name and process. */
  holder: string
  /** Seconds after the object's last change at which the lease ends. */
  ttl: number
  /** Counts the renewals, so that each changes the object. */
  renewed: number
}

export interface StoredHead {
  head: Head
  etag: string
  /** Milliseconds since the last change, by the store's clock. */
  age: number
  now: Date
}

export const headKey = (path: string): string => `${path}.head.json`

/** The replica's path on a timeline: the first has none of its own, as it was before there were timelines. */
export const timelinePath = (path: string, timeline: number): string => path + timelineSuffix(timeline)

export const timelineSuffix = (timeline: number): string => (timeline === 1 ? '' : `.t${timeline}`)

/** @throws SeaworthyError `SW-HEAD-FOREIGN` for a head that this version cannot read. */
export const readHead = async (bucket: Bucket, path: string): Promise<StoredHead | null> => {
  const stored = await bucket.get(headKey(path))
  if (stored === null) return null
  return {
    head: parseHead(stored.body, path),
    etag: stored.etag,
    age: stored.now.getTime() - stored.modified.getTime(),
    now: stored.now,
  }
}

/** Writes the head only if it is still what it was when we read it (null: if there is none). */
export const writeHead = (
  bucket: Bucket,
  path: string,
  head: Head,
  etag: string | null,
): Promise<PutResult> =>
  bucket.put(
    headKey(path),
    `${JSON.stringify(head, null, 2)}\n`,
    etag === null ? { isAbsent: true } : { etag },
  )

/** Asks the store for what it must refuse: an object that must be absent, at a key that is taken. */
export const respectsConditions = async (bucket: Bucket, path: string): Promise<boolean> => {
  const key = `${path}.probe-${randomUUID()}`
  await bucket.put(key, 'first')
  const second = await bucket.put(key, 'second', { isAbsent: true })
  await bucket.delete(key)
  return !second.isWritten
}

const parseHead = (text: string, path: string): Head => {
  const head = parseJson(text)
  if (isHead(head)) return head
  throw new SeaworthyError({
    code: 'SW-HEAD-FOREIGN',
    what: `The object ${headKey(path)} in the bucket is not one that this version of seaworthy can read.`,
    why: 'A newer seaworthy wrote it, or something else did.',
    next: `Use the newer version of seaworthy; or put the object back from the bucket's versions; or delete it: the timelines are then found again by listing.`,
  })
}

const isHead = (value: unknown): value is Head => {
  if (!isRecord(value) || value.version !== 1 || !Array.isArray(value.timelines)) return false
  const { timeline, timelines, lease } = value
  const ids = timelines.map((each) => isRecord(each) && each.id)
  return (
    ids.every((id) => Number.isInteger(id)) && ids.includes(timeline) && (lease === null || isLease(lease))
  )
}

const isLease = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.ttl === 'number' &&
  ['owner', 'machine', 'boot', 'holder'].every((key) => typeof value[key] === 'string')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The timeline that is written to. */
export const currentTimeline = ({ timeline, timelines }: Head): Timeline =>
  timelines.find(({ id }) => id === timeline) ?? { ...firstTimeline, id: timeline }

/** The current timeline and those it came from, nearest first: where a backup may be. */
export const lineage = (head: Head): Timeline[] => {
  const line = [currentTimeline(head)]
  for (;;) {
    const parent = head.timelines.find(({ id }) => id === line.at(-1)?.from)
    if (parent === undefined || line.includes(parent)) return line
    line.push(parent)
  }
}
