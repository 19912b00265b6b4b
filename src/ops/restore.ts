import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { timelinePath } from '../boot/head.ts'
import type { FoundBackup } from '../boot/history.ts'
import { type RunningProcesses, runningProcesses } from '../boot/leftovers.ts'
import { publish } from '../boot/place.ts'
import type { Remote } from '../boot/remote.ts'
import { restoreBackup } from '../boot/restore-backup.ts'
import { SeaworthyError } from '../errors.ts'
import { goesBeyond } from '../litestream/generations.ts'
import { backupAt, headOf, lineOf } from './history.ts'
import { openSource, remoteFor, type Source, type SourceOptions } from './source.ts'

export interface Restoring {
  /** Null for the newest state. */
  moment: Date | null
  /** The timeline whose history is meant; null for the current one's. */
  timeline: number | null
}

/** What was restored; `seaworthy restore --json` prints it with the version. */
export interface RestoredFile {
  /** Absolute path. */
  file: string
  /** Bytes. */
  size: number
  timeline: number
  /** The moment that was asked for, ISO 8601; null for the newest state. */
  at: string | null
  /** Where the database that was there is now; null when there was none. */
  setAside: string | null
}

/**
 * Restores a moment into a new file, which appears whole and checked.
 *
 * @param output absolute path.
 * @throws SeaworthyError `SW-RESTORE-EXISTS`; those of `openSource`, `backupAt` and `restoreBackup`.
 */
export const restoreToFile = async (
  options: Omit<SourceOptions, 'volume'>,
  restoring: Restoring,
  output: string,
): Promise<RestoredFile> => {
  if (existsSync(output)) throw alreadyThere(output)
  mkdirSync(dirname(output), { recursive: true })
  // Beside the new file, so that this can be renamed into its place.
  const scratch = mkdtempSync(join(dirname(output), `.${basename(output)}-`))
  try {
    const source = await openSource({ ...options, volume: scratch })
    const line = lineOf(await headOf(source.remote), restoring.timeline)
    const found = await backupAt(source.remote, line, restoring.moment)
    await restoreFound(source, found, runningProcesses(source.place.state, 'restore'))
    if (existsSync(output)) throw alreadyThere(output)
    publish({ ...source.place, file: output })
    return restoredFile(output, found, restoring)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Restores a backup to `place.newFile` with the Litestream that fits it. */
export const restoreFound = async (
  { settings, place, remote }: Source,
  found: FoundBackup,
  processes: RunningProcesses,
): Promise<void> => {
  const fitting = await remoteFor(remote, found.format)
  const input = { place, processes, stall: settings.stall }
  const isAll = !(await isCut(remote, found))
  await restoreBackup(input, fitting, isAll ? { ...found, moment: null } : found)
  // What was uploaded meanwhile may be part of it.
  if (isAll && (await isCut(remote, found))) await restoreBackup(input, fitting, found)
  processes.clear()
}

// To Litestream 0.3 a generation that ends before the moment has nothing of it.
const isCut = async (
  { bucket, config }: Remote,
  { timeline, generation, moment }: FoundBackup,
): Promise<boolean> =>
  moment !== null &&
  (generation === null ||
    (await goesBeyond(bucket, timelinePath(config.path, timeline.id), generation, moment)))

export const restoredFile = (
  file: string,
  { timeline }: FoundBackup,
  { moment }: Restoring,
  setAside: string | null = null,
): RestoredFile => ({
  file,
  size: statSync(file).size,
  timeline: timeline.id,
  at: moment?.toISOString() ?? null,
  setAside,
})

const alreadyThere = (output: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-RESTORE-EXISTS',
    what: `${output} is there already.`,
    why: 'A restore writes a new file, never over one.',
    next: 'Name another: seaworthy restore --output restored.db; or, for the database of a stopped machine: --replace',
  })
