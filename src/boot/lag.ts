import { isReached, isSamePosition, type Position } from '../litestream/position.ts'

/** What was seen of a database and its backup at one moment. */
export interface Sight {
  /** Milliseconds, of any clock that goes on evenly. */
  at: number
  /** How far Litestream has read the database. */
  local: Position | null
  /** There are commits that it has not read. */
  isUnread: boolean
  /** How far the backup goes. */
  confirmed: Position | null
}

interface Mark {
  /** What was written up to `position` is at most that old. */
  at: number
  position: Position
}

/** As many points of an outage are told apart; behind them the lag is the older one's. */
const mostMarks = 60

/**
 * Tells since when there are writes that the backup does not hold: from looks at it, in the order of time. What
 * changed between two looks counts from the earlier one, so that the lag is never told too short.
 *
 * @returns the time of the oldest such write; null when there is none.
 */
export const lagWatch = (): ((sight: Sight) => number | null) => {
  let marks: Mark[] = []
  let last: Sight | null = null
  let unreadSince: number | null = null

  return (sight) => {
    const { local, confirmed } = sight
    const before = last?.at ?? sight.at
    const hasRead = local !== null && (!last?.local || !isSamePosition(local, last.local))
    if (hasRead) marks = withMark(marks, { at: before, position: local })
    marks = marks.filter(({ position }) => !isReached(confirmed, position, local))
    if (!sight.isUnread) unreadSince = null
    else if (unreadSince === null || hasRead) unreadSince = before
    last = sight
    const oldest = marks[0]?.at ?? null
    if (oldest === null || unreadSince === null) return oldest ?? unreadSince
    return Math.min(oldest, unreadSince)
  }
}

const withMark = (marks: Mark[], mark: Mark): Mark[] => {
  const newest = marks.at(-1)
  if (newest === undefined || marks.length < mostMarks) return [...marks, mark]
  return [...marks.slice(0, -1), { at: newest.at, position: mark.position }]
}
