import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf, SeaworthyError, systemCode, TemporaryError } from '../errors.ts'
import { type FileLock, takeFileLock } from '../sqlite/file-lock.ts'
import type { Settings } from './settings.ts'

/** Where a start keeps what must outlive it, beside the database: never as tables in the user's schema. */
export const stateFolder = (volume: string): string => join(volume, '.seaworthy')

/**
 * Makes sure that the volume is one, is mounted and can be written.
 *
 * @throws SeaworthyError `SW-VOLUME-MISSING`, `SW-VOLUME-NOT-MOUNTED`, `SW-VOLUME-READ-ONLY`.
 */
export const checkVolume = ({ volume, isVolumeGiven, isEphemeral }: Settings): void => {
  const info = statSync(volume, { throwIfNoEntry: false })
  if (!info && isEphemeral) mkdirSync(volume, { recursive: true })
  else if (!info?.isDirectory()) throw missing(volume)
  else if (!isVolumeGiven && !isEphemeral && !isMountPoint(volume)) throw notMounted(volume)
  try {
    accessSync(volume, constants.W_OK)
    // Not `recursive`: where nothing can be made, in /proc for instance, Node then tries for ever.
    if (!existsSync(stateFolder(volume))) mkdirSync(stateFolder(volume))
  } catch (cause) {
    throw readOnly(volume, cause)
  }
}

/**
 * One run-time on a volume at a time. A predecessor that is still stopping gets time to end.
 *
 * @throws TemporaryError `SW-VOLUME-LOCKED`, SeaworthyError `SW-VOLUME-READ-ONLY`.
 */
export const lockVolume = async (volume: string, waitMs: number): Promise<FileLock> => {
  const lock = await takeFileLock(join(stateFolder(volume), 'lock.db'), waitMs).catch((cause) => {
    throw readOnly(volume, cause)
  })
  if (lock !== null) return lock
  throw new TemporaryError({
    code: 'SW-VOLUME-LOCKED',
    what: `Another process runs this app on the volume ${volume}.`,
    why: `It holds ${join(stateFolder(volume), 'lock.db')} and did not let go within ${waitMs / 1000} s.`,
    next: 'Stop the other one, or give this one a volume of its own.',
  })
}

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
    why: cause instanceof Error ? cause.message : String(cause),
    next: `Look at how it is mounted, at its owner and at its free space: ls -ld ${volume}; df -h ${volume}`,
    cause,
  })

/** What a step failed of, where it was the volume that is full, whoever noticed it; any other error as it is. */
export const nameVolumeFault = (error: unknown, volume: string): unknown => {
  const isFull =
    systemCode(error) === 'ENOSPC' || /database or disk is full|no space left/i.test(reasonOf(error))
  return isFull && !(error instanceof SeaworthyError) ? volumeFull(volume, undefined, error) : error
}

/** @param needed bytes, where they are known. */
export const volumeFull = (volume: string, needed?: number, cause?: unknown): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-VOLUME-FULL',
    what: `The volume ${volume} has no room for this step.`,
    why:
      needed === undefined
        ? reasonOf(cause)
        : `It takes ${Math.ceil(needed / 1_048_576)} MiB, for a restore point and the migration.`,
    next: `Make room, or a larger volume (on Fly.io: fly volumes extend), and start again; nothing was lost. df -h ${volume}`,
    cause,
  })
