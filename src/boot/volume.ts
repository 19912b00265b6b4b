import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SeaworthyError, systemCode, TemporaryError } from '../errors.ts'
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
    mkdirSync(stateFolder(volume), { recursive: true })
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
