import { isLogAfter } from '../sqlite/wal.ts'
import { type Position, shadowSalts } from './position.ts'

/** A log of which Litestream 0.3 has a copy. */
interface ShadowLog {
  generation: string
  index: number
  salts: Buffer
}

/**
 * Tells of each upload of Litestream 0.3 whether a whole log was left out before it: between the moment at which it lets go
 * of the log and the end of its checkpoint the app may have restarted it, and then it is restarted again. What was written
 * in between is in no piece of log, and what is restored with those that follow is malformed.
 */
export const gapWatch = (databaseFile: string): ((uploaded: Position) => boolean) => {
  let newest: ShadowLog | null = null

  const logOf = (generation: string, index: number): ShadowLog | null => {
    try {
      return { generation, index, salts: shadowSalts(databaseFile, generation, index) }
    } catch {
      return null
    }
  }

  return (uploaded) => {
    if (uploaded.dialect === '0.5') return false
    const { generation, index } = uploaded
    const seen = newest?.generation === generation ? newest : null
    if (seen?.index === index) return false
    const log = logOf(generation, index)
    if (log === null) return false
    // Litestream removes its copy of a log soon after it has sent the next one, and may be heard late: then a log that is
    // there tells of all since the newest that was seen.
    const before = logOf(generation, index - 1) ?? seen
    newest = log
    return before !== null && !isLogAfter(index - before.index, before.salts, log.salts)
  }
}
