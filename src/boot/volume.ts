import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf, SeaworthyError, systemCode, TemporaryError } from '../errors.ts'
import { metadataFolder } from '../litestream/position.ts'
import { companions } from '../sqlite/file.ts'
import { type FileLock, takeFileLock } from '../sqlite/file-lock.ts'
import type { Settings } from './settings.ts'

/** Where a start keeps what must outlive it, beside the database: never as tables in the user's schema. */
export const stateFolder = (volume: string): string => join(volume, '.seaworthy')

/**
 * Makes sure that the volume is one, is mounted, and can be written with what is ours on it.
 *
 * @param file the database.
 * @throws SeaworthyError `SW-VOLUME-MISSING`, `SW-VOLUME-NOT-MOUNTED`, `SW-VOLUME-READ-ONLY`, `SW-VOLUME-OWNER`,
 * `SW-VOLUME-FULL`.
 */
export const checkVolume = ({ volume, isVolumeGiven, isEphemeral }: Settings, file: string): void => {
  const info = statSync(volume, { throwIfNoEntry: false })
  if (!info && isEphemeral) mkdirSync(volume, { recursive: true })
  else if (!info?.isDirectory()) throw missing(volume)
  else if (!isVolumeGiven && !isEphemeral && !isMountPoint(volume)) throw notMounted(volume)
  try {
    checkAccess(volume)
    // Not `recursive`: where nothing can be made, in /proc for instance, Node then tries for ever.
    if (!existsSync(stateFolder(volume))) mkdirSync(stateFolder(volume))
    for (const path of ours(volume, file)) if (existsSync(path)) checkAccess(path)
    // It tells this volume from a copy of it, before it is locked.
    if (!existsSync(lockFile(volume))) appendFileSync(lockFile(volume), '')
  } catch (cause) {
    throw volumeFault(volume, cause)
  }
}

const ours = (volume: string, file: string): string[] => [
  stateFolder(volume),
  lockFile(volume),
  join(stateFolder(volume), 'restore-points'),
  dirname(file),
  metadataFolder(file),
  ...['', ...companions].map((suffix) => file + suffix),
]

const lockFile = (volume: string): string => join(stateFolder(volume), 'lock.db')

const checkAccess = (path: string): void => {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (cause) {
    throw systemCode(cause) === 'EACCES' ? notOurs(path, cause) : cause
  }
}

/**
 * One run-time on a volume at a time. A predecessor that is still stopping gets time to end.
 *
 * @throws TemporaryError `SW-VOLUME-LOCKED`, SeaworthyError `SW-VOLUME-READ-ONLY`, `SW-VOLUME-FULL`, `SW-SQLITE-NONE`.
 */
export const lockVolume = async (volume: string, waitMs: number): Promise<FileLock> => {
  const lock = await tryLock(volume, lockFile(volume), waitMs)
  if (lock !== null) return lock
  throw volumeLocked(volume, waitMs)
}

/** Null when somebody holds the volume. */
export const lockVolumeNow = (volume: string): Promise<FileLock | null> =>
  tryLock(volume, lockFile(volume), 0)

/** One successor of a running start at a time; null when there is another for all of this time. */
export const lockSuccession = (volume: string, waitMs: number): Promise<FileLock | null> =>
  tryLock(volume, join(stateFolder(volume), 'next.db'), waitMs)

const tryLock = (volume: string, file: string, waitMs: number): Promise<FileLock | null> =>
  takeFileLock(file, waitMs).catch((cause) => {
    throw volumeFault(volume, cause)
  })

export const volumeLocked = (volume: string, waitMs: number): TemporaryError =>
  new TemporaryError({
    code: 'SW-VOLUME-LOCKED',
    what: `Another process runs this app on the volume ${volume}.`,
    why: `It holds ${lockFile(volume)} and did not let go within ${waitMs / 1000} s.`,
    next: 'Stop the other one, or give this one a volume of its own.',
  })

// The kernel's list of mounts knows bind mounts too, whose device is that of the folder around them.
const isMountPoint = (folder: string): boolean => {
  try {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
    if (mounts.some((line) => line.split(' ')[4] === folder)) return true
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
  return statSync(folder).dev !== statSync(dirname(folder)).dev
}

const missing = (volume: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-MISSING',
    what: `There is no volume at ${volume}.`,
    why: 'Without one the database would be on a disk that is thrown away with the machine.',
    next: `Mount a volume at ${volume} ([mounts] in fly.toml, -v in Docker), or name its folder in SEAWORTHY_VOLUME.`,
  })

const notMounted = (volume: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-NOT-MOUNTED',
    what: `${volume} is a plain folder: no volume is mounted there.`,
    why: 'What is written to it is thrown away with the machine.',
    next: `Mount a volume at ${volume} ([mounts] in fly.toml, -v in Docker), or say by SEAWORTHY_EPHEMERAL=1 that the data may be lost.`,
  })

const readOnly = (volume: string, cause: unknown): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-READ-ONLY',
    what: `The volume ${volume} cannot be written.`,
    why: reasonOf(cause),
    next: `Look at how it is mounted: grep ${volume} /proc/mounts; ls -ld ${volume}`,
    cause,
  })

const notOurs = (path: string, cause: unknown): SeaworthyError => {
  const { uid } = lstatSync(path)
  const me = `${process.getuid?.()}:${process.getgid?.()}`
  return new SeaworthyError({
    code: 'SW-VOLUME-OWNER',
    what: `${path} may not be written by this start.`,
    why: `It belongs to user ${uid}, and this start runs as ${me}.`,
    next: `Let root start it with SEAWORTHY_USER=${me}, which gives it over; or once, as root: chown -R ${me} ${path}`,
    cause,
  })
}

const volumeFault = (volume: string, cause: unknown): unknown => {
  const fault = nameVolumeFault(cause, volume)
  return fault instanceof SeaworthyError ? fault : readOnly(volume, cause)
}

/** Whether this says that a disk is full, in the words of the system, SQLite or Litestream. */
export const isFull = (text: string): boolean =>
  /ENOSPC|EDQUOT|database or disk is full|no space left|disk quota exceeded/i.test(text)

/** What a step failed of, where it was the volume that is full, whoever noticed it; any other error as it is. */
export const nameVolumeFault = (error: unknown, volume: string): unknown =>
  isFull(reasonOf(error)) && !(error instanceof SeaworthyError) ? volumeFull(volume, undefined, error) : error

/** @param needed bytes, where they are known. */
export const volumeFull = (volume: string, needed?: number, cause?: unknown): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-FULL',
    what: `The volume ${volume} has no room for this step.`,
    why:
      needed === undefined
        ? reasonOf(cause)
        : `It takes ${Math.ceil(needed / 1_048_576)} MiB, for a restore point and the migration.`,
    next: `Make room (df -h ${volume}; du -ah ${volume}), or the volume larger (on Fly.io: fly volumes extend <id> --size <GB>), and start again; nothing was lost.`,
    cause,
  })
