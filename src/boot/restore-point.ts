import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { companions, removeDatabase, syncFile, syncFolder } from '../sqlite/file.ts'
import type { Place } from './place.ts'
import { volumeFull } from './volume.ts'

/** Restore points that are kept, the newest. */
const keptPoints = 3

/** A copy of the database and its log from just before a migration; nobody writes while it is made. */
export interface RestorePoint {
  /** Its folder. */
  path: string
}

/** Copies the database aside, and notes that a migration is under way, so that a crash in it can be undone. */
export const makeRestorePoint = (place: Place, migration: string): RestorePoint => {
  const folder = join(place.state, 'restore-points')
  const unfinished = join(folder, '.unfinished')
  const path = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-before-${migration}`)
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  refuseWithoutRoom(place)
  copyDatabase(place.file, join(unfinished, basename(place.file)))
  renameSync(unfinished, path)
  syncFolder(folder)
  writeFileSync(markerOf(place), basename(path))
  syncFile(markerOf(place))
  return { path }
}

// The migration itself writes too: as much again, at the most, for a table that is redefined.
const refuseWithoutRoom = (place: Place): void => {
  const needed = 2 * ['', '-wal'].reduce((sum, suffix) => sum + sizeOf(place.file + suffix), 0)
  const { bavail, bsize } = statfsSync(place.state)
  if (bavail * bsize < needed) throw volumeFull(dirname(place.file), needed)
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Puts the database back as it was, and keeps the restore point. */
export const putBack = (place: Place, { path }: RestorePoint): void => {
  removeDatabase(place.file)
  copyDatabase(join(path, basename(place.file)), place.file)
  syncFolder(dirname(place.file))
  endMigration(place)
}

/** The migration is done: from here on a crash is not undone. Old restore points go. */
export const endMigration = (place: Place): void => {
  rmSync(markerOf(place), { force: true })
  const folder = join(place.state, 'restore-points')
  const old = readdirSync(folder).sort().slice(0, -keptPoints)
  for (const name of old) rmSync(join(folder, name), { recursive: true })
}

/** The restore point of a migration that an earlier start did not survive. */
export const interruptedMigration = (place: Place): RestorePoint | null => {
  if (!existsSync(markerOf(place))) return null
  const name = readFileSync(markerOf(place), 'utf8')
  const path = join(place.state, 'restore-points', name)
  return name !== '' && existsSync(path) ? { path } : null
}

const markerOf = (place: Place): string => join(place.state, 'migrating')

// The log first goes last: a file without its log is an older state, a log without its file is nothing.
const copyDatabase = (from: string, to: string): void => {
  for (const suffix of ['', ...companions.filter((suffix) => suffix !== '-shm')]) {
    if (!existsSync(from + suffix)) continue
    copyFileSync(from + suffix, to + suffix, constants.COPYFILE_FICLONE)
    syncFile(to + suffix)
  }
}
