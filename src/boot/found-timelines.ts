import type { Bucket } from '../bucket/bucket.ts'
import { findBackup } from '../litestream/backup.ts'
import { firstTimeline, type Timeline, timelinePath } from './head.ts'

/**
 * The timelines of a bucket that has no head: a backup from before there were heads, or one whose head was deleted. The
 * order of their numbers is the order in which they came from one another.
 */
export const foundTimelines = async (bucket: Bucket, path: string): Promise<Timeline[]> => {
  const ids = [1, ...(await laterIds(bucket, path))]
  const timelines: Timeline[] = []
  for (const id of ids) {
    const format = await findBackup(bucket, timelinePath(path, id))
    const from = timelines.at(-1)?.id ?? null
    if (format !== null)
      timelines.push({ id, from, began: null, why: id === 1 ? 'first' : 'takeover', format })
  }
  return timelines.length === 0 ? [firstTimeline] : timelines
}

// One request for each timeline: from its first object on to behind its last.
const laterIds = async (bucket: Bucket, path: string): Promise<number[]> => {
  const ids: number[] = []
  let startAfter = ''
  for (;;) {
    const [object] = await bucket.list(`${path}.t`, { startAfter, limit: 1 })
    if (object === undefined) return ids.sort((a, b) => a - b)
    const name = object.key.slice(path.length).split('/', 1)[0] ?? ''
    const id = Number(/^\.t(\d+)$/.exec(name)?.[1])
    if (Number.isInteger(id) && id > 1) ids.push(id)
    startAfter = `${path}${name}/\u{10ffff}`
  }
}
