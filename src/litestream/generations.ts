import type { Bucket } from '../bucket/bucket.ts'

/** The first one that is kept of a generation. */
interface Snapshot {
  generation: string
  /** The log that it begins with. */
  index: string
  modified: Date
}

/**
 * The generation of a 0.3 backup to restore: of those that are whole, the one that began last. Litestream itself takes the
 * one with the newest object, and with that
 * - a generation whose machine was lost behind its snapshot: a copy of the file into which the app's checkpoints went
 *   meanwhile, which is malformed without the log that is uploaded next;
 * - on S3, which tells times by the second, an old one where the next began in the second in which it ended.
 *
 * @param replicaPath of a timeline, on which one machine has written after the other.
 * @param until the moment to restore, of the backup that there was at that time.
 * @returns null when there is none that is whole.
 */
export const newestGeneration = async (
  bucket: Bucket,
  replicaPath: string,
  until: Date | null = null,
): Promise<string | null> => {
  const folder = `${replicaPath}/generations/`
  const snapshots = await firstSnapshots(bucket, folder)
  const times = [...new Set(snapshots.map(({ modified }) => modified.getTime()))].sort((a, b) => b - a)
  for (const time of times) {
    const whole: string[] = []
    for (const snapshot of snapshots.filter(({ modified }) => modified.getTime() === time)) {
      const since = await wholeSince(bucket, folder, snapshot)
      if (since !== null && (until === null || since <= until)) whole.push(snapshot.generation)
    }
    if (whole.length > 0) return longest(bucket, folder, whole)
  }
  return null
}

// Of two that began in one second, the one that went on longer came later.
const longest = async (
  bucket: Bucket,
  folder: string,
  generations: readonly string[],
): Promise<string | null> => {
  const [only = null] = generations
  if (generations.length < 2) return only
  const ends = await Promise.all(generations.map((generation) => endOf(bucket, `${folder}${generation}/`)))
  return generations[ends.indexOf(Math.max(...ends))] ?? null
}

// <generation>/snapshots/<index>.snapshot.lz4, the index as 8 hexadecimal digits: the first object of each generation. One
// request for each, from there on to behind its last.
const firstSnapshots = async (bucket: Bucket, folder: string): Promise<Snapshot[]> => {
  const snapshots: Snapshot[] = []
  for (let startAfter = ''; ; ) {
    const [object] = await bucket.list(folder, { startAfter, limit: 1 })
    if (object === undefined) return snapshots
    const [generation = '', kind, name = ''] = object.key.slice(folder.length).split('/')
    if (kind === 'snapshots')
      snapshots.push({ generation, index: name.slice(0, 8), modified: object.modified })
    startAfter = `${folder}${generation}/\u{10ffff}`
  }
}

/**
 * Whether a generation began after this one, as after a restart of Litestream in a log that it did not know. Asks twice at
 * once where there is no other generation at all.
 */
export const hasLater = async (bucket: Bucket, replicaPath: string, generation: string): Promise<boolean> => {
  const folder = `${replicaPath}/generations/`
  const own = `${folder}${generation}/`
  const around = [{ limit: 1 }, { limit: 1, startAfter: `${own}\u{10ffff}` }]
  const neighbours = await Promise.all(around.map((options) => bucket.list(folder, options)))
  if (neighbours.flat().every(({ key }) => key.startsWith(own))) return false
  const snapshots = await firstSnapshots(bucket, folder)
  const ours = snapshots.find((snapshot) => snapshot.generation === generation)
  return ours !== undefined && snapshots.some(({ modified }) => modified > ours.modified)
}

/** The first moment that a 0.3 backup can be restored to; null when there is none. */
export const firstWhole = async (bucket: Bucket, replicaPath: string): Promise<Date | null> => {
  const folder = `${replicaPath}/generations/`
  const times: Date[] = []
  for (const snapshot of await firstSnapshots(bucket, folder))
    times.push(...[await wholeSince(bucket, folder, snapshot)].filter((time) => time !== null))
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())))
}

// Litestream writes to the log itself where nobody else does, so that one always follows.
const wholeSince = async (
  bucket: Bucket,
  folder: string,
  { generation, index, modified }: Snapshot,
): Promise<Date | null> => {
  const prefix = `${folder}${generation}/wal/`
  const [log] = await bucket.list(prefix, { startAfter: `${prefix}${index}`, limit: 1 })
  return log === undefined ? null : new Date(Math.max(modified.getTime(), log.modified.getTime()))
}

/** Whether a generation has anything from after a moment. */
export const goesBeyond = async (
  bucket: Bucket,
  replicaPath: string,
  generation: string,
  moment: Date,
): Promise<boolean> => (await endOf(bucket, `${replicaPath}/generations/${generation}/`)) > moment.getTime()

const endOf = async (bucket: Bucket, folder: string): Promise<number> =>
  (await bucket.list(folder)).reduce((end, { modified }) => Math.max(end, modified.getTime()), 0)
