import { existsSync, readFileSync } from 'node:fs'

/** Byte lengths of https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const headerLength = 32
const frameHeaderLength = 24

/** A point in a write-ahead log: the log by the salts of its header (8 bytes), and the offset in bytes. */
export interface WalPoint {
  salts: Buffer
  offset: number
}

/** The salts in the header of a log, or of a copy of its beginning. */
export const walSalts = (log: Buffer): Buffer => log.subarray(16, 24)

/** Whether the database's log holds transactions that were committed behind this point. */
export const hasCommitsBehind = (databaseFile: string, point: WalPoint): boolean => {
  const file = `${databaseFile}-wal`
  if (!existsSync(file)) return false
  const log = readFileSync(file)
  if (log.length < headerLength) return false
  const isSameLog = walSalts(log).equals(point.salts)
  return hasCommits(log, isSameLog ? Math.max(point.offset, headerLength) : headerLength)
}

// Frames of the present log carry its salts; what follows them is left over from before the last restart of the log.
const hasCommits = (log: Buffer, from: number): boolean => {
  const frameLength = frameHeaderLength + log.readUInt32BE(8)
  for (let at = from; at + frameLength <= log.length; at += frameLength) {
    if (!log.subarray(at + 8, at + 16).equals(walSalts(log))) return false
    if (log.readUInt32BE(at + 4) !== 0) return true
  }
  return false
}
