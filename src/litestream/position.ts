import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Bucket } from '../bucket/bucket.ts'
import { withFile } from '../sqlite/file.ts'
import { type WalPoint, walHeaderLength, walSalts } from '../sqlite/wal.ts'
import { hasLater } from './generations.ts'

/**
 * How far a backup or a local copy goes. 0.3: generation, WAL index and offset in bytes; 0.5: the transaction id.
 */
export type Position = Position03 | { dialect: '0.5'; txid: number }

interface Position03 {
  dialect: '0.3'
  generation: string
  index: number
  offset: number
}

export const showPosition = (position: Position): string =>
  position.dialect === '0.3'
    ? `${position.generation}/${hex(position.index, 8)}:${position.offset}`
    : `txid ${hex(position.txid, 16)}`

/** The folder in which Litestream keeps what it knows of a database, beside it. */
export const metadataFolder = (databaseFile: string): string =>
  join(dirname(databaseFile), `.${basename(databaseFile)}-litestream`)

/** Makes Litestream begin anew with this database, as if it had never seen it. */
export const forgetMetadata = (databaseFile: string): void =>
  rmSync(metadataFolder(databaseFile), { recursive: true, force: true })

/** How far Litestream has read the local database; null when it never did. */
export const localPosition = (databaseFile: string): Position | null =>
  local05(metadataFolder(databaseFile)) ?? local03(metadataFolder(databaseFile))

/** How far Litestream has read the database's write-ahead log; null when it has read nothing. */
export const readPoint = (databaseFile: string): WalPoint | null => {
  const folder = metadataFolder(databaseFile)
  const position = localPosition(databaseFile)
  if (position === null) return null
  if (position.dialect === '0.3') {
    const { generation, index, offset } = position
    return { salts: shadowSalts(databaseFile, generation, index), offset }
  }
  return ltxPoint(join(folder, 'ltx', '0', filesIn(join(folder, 'ltx', '0'), ltxName).at(-1) ?? ''))
}

/**
 * Salts of a log, from the copy that Litestream 0.3 keeps of it.
 *
 * @throws Error where it keeps none any more.
 */
export const shadowSalts = (databaseFile: string, generation: string, index: number): Buffer => {
  const file = join(shadowFolder(metadataFolder(databaseFile), generation), `${hex(index, 8)}.wal`)
  return walSalts(withFile(file, (readAt) => readAt(0, walHeaderLength)))
}

const shadowFolder = (folder: string, generation: string): string =>
  join(folder, 'generations', generation, 'wal')

// An LTX file's header says which part of the log it was made from:
// https://github.com/superfly/ltx, header: WALOffset at 48, WALSize at 56 (8 bytes each), both salts at 64.
const ltxHeaderLength = 100

const ltxPoint = (file: string): WalPoint => {
  const header = withFile(file, (readAt) => readAt(0, ltxHeaderLength))
  const offset = Number(header.readBigUInt64BE(48) + header.readBigUInt64BE(56))
  return { salts: header.subarray(64, 72), offset }
}

const ltxName = /^[0-9a-f]{16}-[0-9a-f]{16}\.ltx$/

/**
 * Whether a backup that goes to `confirmed` holds what was written up to `wanted`.
 *
 * @param local where the database stands now: a generation of 0.3 that it has left is over when the next one is in the
 * backup, which begins with a snapshot.
 */
export const isReached = (confirmed: Position | null, wanted: Position, local: Position | null): boolean => {
  if (confirmed?.dialect === '0.5') return wanted.dialect === '0.5' && confirmed.txid >= wanted.txid
  if (confirmed === null || wanted.dialect === '0.5') return false
  if (confirmed.generation !== wanted.generation)
    return local?.dialect === '0.3' && local.generation === confirmed.generation
  if (confirmed.index !== wanted.index) return confirmed.index > wanted.index
  return confirmed.offset >= wanted.offset
}

/** Whether two positions are the same place in the same history. */
export const isSamePosition = (a: Position, b: Position): boolean => showPosition(a) === showPosition(b)

/**
 * Whether the bucket has more of the same history than Litestream has ever read on this volume: behind its position, or,
 * of 0.3, a generation that began after the volume's own.
 */
export const isBehind = async (bucket: Bucket, replicaPath: string, local: Position): Promise<boolean> => {
  const places = local.dialect === '0.3' ? after03(replicaPath, local) : after05(replicaPath, local)
  const newer = places.map(({ prefix, startAfter }) => bucket.list(prefix, { startAfter, limit: 1 }))
  const isLeft = local.dialect === '0.3' && hasLater(bucket, replicaPath, local.generation)
  const [hasLaterGeneration, ...found] = await Promise.all([isLeft, ...newer])
  return hasLaterGeneration || found.flat().length > 0
}

/** Whether a backup belongs to the same history as the local database at all; only 0.3 can tell. */
export const isRelated = async (bucket: Bucket, replicaPath: string, local: Position): Promise<boolean> =>
  local.dialect === '0.5' ||
  (await bucket.list(`${replicaPath}/generations/${local.generation}/`, { limit: 1 })).length > 0

/**
 * Whether the bucket has what an upload from this position on builds upon. Litestream does not look: without it, it goes
 * on from its local state all the same, and what it uploads cannot be restored.
 */
export const hasBase = async (bucket: Bucket, replicaPath: string, local: Position): Promise<boolean> => {
  const base = local.dialect === '0.3' ? `generations/${local.generation}/snapshots/` : ''
  return (await bucket.list(`${replicaPath}/${base}`, { limit: 1 })).length > 0
}

// generations/<generation>/wal/<index>_<offset>.wal.lz4, both as 8 hexadecimal digits, so that names sort as positions.
const after03 = (path: string, { generation, index, offset }: Position03) => {
  const prefix = `${path}/generations/${generation}/wal/`
  return [{ prefix, startAfter: `${prefix}${hex(index, 8)}_${hex(Math.max(offset - 1, 0), 8)}.wal.lz4` }]
}

// In a folder levels are ltx/0, ltx/1, …; in S3 they are 0000, 0001, …
const after05 = (path: string, { txid }: Position & { dialect: '0.5' }) =>
  [`${path}/ltx/0/`, `${path}/0000/`].map((prefix) => ({
    prefix,
    startAfter: `${prefix}${hex(txid, 16)}-${hex(txid, 16)}.ltx`,
  }))

const local03 = (folder: string): Position | null => {
  const marker = join(folder, 'generation')
  if (!existsSync(marker)) return null
  const generation = readFileSync(marker, 'utf8').trim()
  const shadow = shadowFolder(folder, generation)
  const name = filesIn(shadow, /^[0-9a-f]{8}\.wal$/).at(-1)
  if (name === undefined) return null
  const index = Number.parseInt(name.slice(0, 8), 16)
  return { dialect: '0.3', generation, index, offset: statSync(join(shadow, name)).size }
}

const local05 = (folder: string): Position | null => {
  const name = filesIn(join(folder, 'ltx', '0'), ltxName).at(-1)
  return name === undefined ? null : { dialect: '0.5', txid: Number.parseInt(name.slice(17, 33), 16) }
}

const filesIn = (folder: string, pattern: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
    : []

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')
