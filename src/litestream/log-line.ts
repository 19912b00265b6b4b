import type { Position } from './position.ts'

/** What a line of Litestream's JSON log tells the run-time. */
export interface LitestreamLine {
  level: 'info' | 'warn' | 'error'
  text: string
  /** How far the backup goes, when the line tells. */
  uploaded: Position | null
  /** What the line tells of an upload of the log by 0.3; 0.5 says nothing when it begins one. */
  upload: 'begun' | 'ended' | null
}

/** Reads a line of the log; null for one that is empty. A line that is no JSON is a remark of Litestream's own kind. */
export const readLogLine = (line: string): LitestreamLine | null => {
  if (line.trim() === '') return null
  const entry = parseEntry(line)
  if (entry === null)
    return {
      level: /error|panic|fatal/i.test(line) ? 'error' : 'info',
      text: line,
      uploaded: null,
      upload: null,
    }
  const level = levelOf(entry.level)
  const text = [entry.msg, entry.error].filter(Boolean).join(': ')
  return { level, text, uploaded: uploadedTo(entry), upload: uploads[entry.msg ?? ''] ?? null }
}

// https://github.com/benbjohnson/litestream/blob/v0.3.13/replica.go, syncWAL, and monitor for those that fail.
const uploads: Record<string, LitestreamLine['upload']> = {
  'write wal segment': 'begun',
  'wal segment written': 'ended',
  'monitor error': 'ended',
}

// 0.5 writes `level` twice where it means a level of compaction too: the last one wins, and is a number.
interface Entry {
  level?: unknown
  msg?: string
  error?: unknown
  position?: string
  sz?: number
  maxTXID?: string
  txid?: { replica?: string }
}

const parseEntry = (line: string): Entry | null => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

const levelOf = (level: unknown): LitestreamLine['level'] => {
  const name = String(level).toLowerCase()
  return name === 'error' || name === 'warn' ? name : 'info'
}

const uploadedTo = (entry: Entry): Position | null => {
  if (entry.msg === 'wal segment written') return segmentEnd(entry)
  // 0.5 asks the bucket where the backup stands when it starts, and names that before each upload.
  const reached = entry.msg === 'replica sync' ? entry.txid?.replica : undefined
  const uploaded = entry.msg === 'ltx file uploaded' ? entry.maxTXID : undefined
  const txid = Number.parseInt(uploaded ?? reached ?? '', 16)
  return txid > 0 ? { dialect: '0.5', txid } : null
}

// position is where the segment begins, sz its size before compression.
const segmentEnd = ({ position = '', sz = 0 }: Entry): Position | null => {
  const match = /^([0-9a-f]{16})\/([0-9a-f]{8}):(\d+)$/.exec(position)
  if (match === null) return null
  const [, generation = '', index = '', offset = ''] = match
  return { dialect: '0.3', generation, index: Number.parseInt(index, 16), offset: Number(offset) + sz }
}
