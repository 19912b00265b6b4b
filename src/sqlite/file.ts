import { closeSync, fsyncSync, lstatSync, openSync, readSync, rmSync, truncateSync } from 'node:fs'
import { systemCode } from '../errors.ts'

/** What stands beside a database file and belongs to it. */
export const companions = ['-wal', '-shm', '-journal'] as const

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const header = Buffer.from('SQLite format 3\0')

/**
 * `absent`: nothing there · `empty`: zero bytes, as a first open that crashed leaves it · `garbage`: bytes that are no
 * database · `database`: it has a database's header.
 */
export type FileKind = 'absent' | 'empty' | 'garbage' | 'database'

export const fileKind = (file: string): FileKind => {
  const start = readStart(file, header.length)
  if (start === null) return 'absent'
  if (start.length === 0) return 'empty'
  return start.equals(header) ? 'database' : 'garbage'
}

/** Removes a database whole: the file and its companions, the latter first, so that none is left without its file. */
export const removeDatabase = (file: string): void => {
  // Their room is wanted at once, and @photostructure/sqlite keeps a closed connection's files open until the garbage
  // collector comes by, since it cannot finalize statements. The index of the log is mapped into memory: it is small.
  for (const path of [`${file}-wal`, file])
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) truncateSync(path)
  for (const path of [...companions.map((suffix) => file + suffix), file]) rmSync(path, { force: true })
}

/** Makes a rename or a new file in this folder survive a power failure. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Makes the contents of a file survive a power failure. */
export const syncFile = (file: string): void => {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Gives what stands at a place of a file, and less where the file ends. */
export type ReadAt = (position: number, length: number) => Buffer

/** Opens a file for reading pieces of it, and closes it, whatever happens. */
export const withFile = <Result>(file: string, use: (readAt: ReadAt) => Result): Result => {
  const handle = openSync(file, 'r')
  try {
    return use((position, length) => {
      const buffer = Buffer.alloc(length)
      return buffer.subarray(0, readSync(handle, buffer, 0, length, position))
    })
  } finally {
    closeSync(handle)
  }
}

const readStart = (file: string, length: number): Buffer | null => {
  try {
    return withFile(file, (readAt) => readAt(0, length))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}
