import {
  constants,
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
import { copyFile, open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { copySqlite } from '../sqlite/driver.ts'
import { companions, removeDatabase, syncFile, syncFolder } from '../sqlite/file.ts'
import type { Log } from './log.ts'
import type { Place } from './place.ts'
import { stateFolder, volumeFull } from './volume.ts'

/** Restore points that are kept, the newest; and the part of the volume that they may take together. */
const keptPoints = 3
const keptPart = 1 / 4

/** A copy of the database and its log from just before a migration; nobody writes while it is made. */
export interface RestorePoint {
  name: string
  /** Its folder. */
  path: string
  /** ISO 8601. */
  time: string
  /** The first of the migrations that it was made before. */
  migration: string
  bytes: number
}

/**
 * The restore points on a volume, oldest first. To go back to one, stop the app and put its files into the place of the
 * database and its log.
 */
export const restorePoints = (volume: string): RestorePoint[] => pointsIn(stateFolder(volume))

/**
 * Copies the database aside, and notes that a migration is under way, so that a crash in it can be undone. Older restore
 * points go where there is no room else.
 *
 * @param isLive an app writes meanwhile: then a crash is SQLite's to undo, since what that app writes must stay.
 * @throws SeaworthyError `SW-VOLUME-FULL`.
 */
export const makeRestorePoint = async (
  place: Place,
  migration: string,
  log: Log,
  isLive = false,
): Promise<RestorePoint> => {
  const began = performance.now()
  const folder = folderIn(place.state)
  const unfinished = join(folder, '.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  makeRoom(place, log)
  const copy = join(unfinished, basename(place.file))
  await (isLive ? copyLive(place.file, copy) : copyDatabase(place.file, copy))
  const point = pointOf(
    folder,
    `${timeAfter(pointsIn(place.state).at(-1)).toISOString().replaceAll(':', '-')}-before-${migration}`,
    unfinished,
  )
  renameSync(unfinished, point.path)
  syncFolder(folder)
  if (!isLive) {
    writeFileSync(markerOf(place), point.name)
    syncFile(markerOf(place))
    syncFolder(place.state)
  }
  tell(place, point, Math.round(performance.now() - began), log)
  return point
}

// A clock that was put back must not make the newest one look old: those go first.
const timeAfter = (last: RestorePoint | undefined): Date =>
  new Date(Math.max(Date.now(), last === undefined ? 0 : Date.parse(last.time) + 1))

// The migration itself writes too: as much again, at the most, for a table that is redefined.
const makeRoom = (place: Place, log: Log): void => {
  const needed = 2 * ['', '-wal'].reduce((sum, suffix) => sum + sizeOf(place.file + suffix), 0)
  const isShort = () => freeBytes(place.state) < needed
  const older = pointsIn(place.state)
  if (freeBytes(place.state) + bytesOf(older) < needed) throw volumeFull(dirname(place.file), needed)
  for (const { name, path } of older) {
    if (!isShort()) return
    rmSync(path, { recursive: true })
    const text = `for want of room the restore point ${name} was removed`
    log({ level: 'warn', step: 'migrate', outcome: 'warning', text })
  }
  if (isShort()) throw volumeFull(dirname(place.file), needed)
}

const tell = (place: Place, { name, time, bytes }: RestorePoint, ms: number, log: Log): void => {
  const all = pointsIn(place.state)
  const text = `${name}, ${mebibytes(bytes)}; ${all.length} on the volume, ${mebibytes(bytesOf(all))}`
  log({ step: 'migrate', outcome: 'restore-point', ms, name, at: time, bytes, text })
}

/** Puts the database back as it was, and keeps the restore point. */
export const putBack = async (place: Place, { path }: RestorePoint): Promise<void> => {
  removeDatabase(place.file)
  await copyDatabase(join(path, basename(place.file)), place.file)
  syncFolder(dirname(place.file))
  endMigration(place)
}

/** The migration is done: from here on a crash is not undone. Old restore points go, the newest never. */
export const endMigration = (place: Place): void => {
  rmSync(markerOf(place), { force: true })
  // One that a power failure brought back would undo what the app has written since.
  syncFolder(place.state)
  const { blocks, bsize } = statfsSync(place.state)
  const most = blocks * bsize * keptPart
  const points = pointsIn(place.state)
  const isTooMany = (at: number) => points.length - at > keptPoints || bytesOf(points.slice(at)) > most
  for (const [at, { path }] of points.slice(0, -1).entries())
    if (isTooMany(at)) rmSync(path, { recursive: true })
}

/** The restore point of a migration that an earlier start did not survive. */
export const interruptedMigration = (place: Place): RestorePoint | null => {
  if (!existsSync(markerOf(place))) return null
  const name = readFileSync(markerOf(place), 'utf8')
  return pointsIn(place.state).find((point) => point.name === name) ?? null
}

const markerOf = (place: Place): string => join(place.state, 'migrating')

const folderIn = (state: string): string => join(state, 'restore-points')

// Their names begin with the time, as a file's name may hold it.
const nameParts = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)-before-(.+)$/

const pointsIn = (state: string): RestorePoint[] => {
  const folder = folderIn(state)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => nameParts.test(name))
  return names.sort().map((name) => pointOf(folder, name))
}

const pointOf = (folder: string, name: string, filesIn = join(folder, name)): RestorePoint => {
  const [, hour, minute, second, migration = ''] = nameParts.exec(name) ?? []
  const bytes = readdirSync(filesIn).reduce((sum, file) => sum + sizeOf(join(filesIn, file)), 0)
  return { name, path: join(folder, name), time: `${hour}:${minute}:${second}`, migration, bytes }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const bytesOf = (points: readonly RestorePoint[]): number => points.reduce((sum, { bytes }) => sum + bytes, 0)

const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`

const copyLive = async (from: string, to: string): Promise<void> => {
  await copySqlite(from, to)
  syncFile(to)
}

// The log goes last: a file without its log is an older state, a log without its file is nothing. Not in one piece with
// everything else: a large file takes longer than a lease holds, which is renewed meanwhile.
const copyDatabase = async (from: string, to: string): Promise<void> => {
  for (const suffix of ['', ...companions.filter((suffix) => suffix !== '-shm')]) {
    if (!existsSync(from + suffix)) continue
    await copyFile(from + suffix, to + suffix, constants.COPYFILE_FICLONE)
    const handle = await open(to + suffix, 'r+')
    await handle.sync().finally(() => handle.close())
  }
}
