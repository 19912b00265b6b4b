import { existsSync } from 'node:fs'
import { type ReadAt, withFile } from './file.ts'

/** Byte lengths of https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
export const walHeaderLength = 32
const frameHeaderLength = 24

/** A point in a write-ahead log: the log by the salts of its header (8 bytes), and the offset in bytes. */
export interface WalPoint {
  salts: Buffer
  offset: number
}

/** The salts in the header of a log, or of a copy of its beginning. */
export const walSalts = (log: Buffer): Buffer => log.subarray(16, 24)

/**
 * Whether a log came this many restarts after another: with each SQLite counts the first salt up by one.
 *
 * @param before salts of the older log.
 * @see https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export const isLogAfter = (restarts: number, before: Buffer, salts: Buffer): boolean =>
  salts.readUInt32BE(0) === (before.readUInt32BE(0) + restarts) >>> 0

/** Whether the database's log holds transactions that were committed behind this point. */
export const hasCommitsBehind = (databaseFile: string, point: WalPoint): boolean => {
  const file = `${databaseFile}-wal`
  if (!existsSync(file)) return false
  return withFile(file, (readAt) => {
    const header = readAt(0, walHeaderLength)
    if (header.length < walHeaderLength) return false
    const isSameLog = walSalts(header).equals(point.salts)
    return hasCommits(readAt, header, isSameLog ? Math.max(point.offset, walHeaderLength) : walHeaderLength)
  })
}

// Frames of the present log carry its salts; what follows them is left over from before the last restart of the log.
// Only their headers are read: a log can be long, and it is looked at each second.
const hasCommits = (readAt: ReadAt, header: Buffer, from: number): boolean => {
  const frameLength = frameHeaderLength + header.readUInt32BE(8)
  for (let at = from; ; at += frameLength) {
    const frame = readAt(at, frameHeaderLength)
    if (frame.length < frameHeaderLength || !frame.subarray(8, 16).equals(walSalts(header))) return false
    if (frame.readUInt32BE(4) !== 0) return true
  }
}
