import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SeaworthyError, TemporaryError } from '../errors.ts'
import { withSqlite } from '../sqlite/driver.ts'
import { fileKind } from '../sqlite/file.ts'
import { runChild } from './children.ts'
import { timelinePath } from './head.ts'
import type { FoundBackup } from './history.ts'
import type { RunningProcesses } from './leftovers.ts'
import { clearNew, type Place } from './place.ts'
import type { Remote } from './remote.ts'
import { isFull, volumeFull } from './volume.ts'

export interface RestoreBackupInput {
  place: Place
  processes: RunningProcesses
  /** Seconds that a folder may stop growing for, while Litestream restores into it. */
  stall: number
}

/** A whole restore is tried this often. */
const attempts = 3

/**
 * Restores a backup to `place.newFile`, and checks it there.
 *
 * @throws SeaworthyError `SW-BACKUP-FORMAT`, `SW-BACKUP-MALFORMED`, `SW-VOLUME-FULL`; TemporaryError `SW-RESTORE-FAILED`.
 */
export const restoreBackup = async (
  { place, processes, stall }: RestoreBackupInput,
  remote: Remote,
  found: FoundBackup,
): Promise<void> => {
  if (found.format === '0.5' && remote.litestream.dialect === '0.3') throw newerFormat(remote)
  const args = ['-o', place.newFile, ...dialectArgs(remote, found), place.file]
  let reason = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    clearNew(place)
    const command = remote.command(found.timeline.id, 'restore', args)
    const result = await runChild(command, {
      processes,
      stallMs: stall * 1000,
      progress: () => sizeOf(dirname(place.newFile)),
    })
    if (result.code === 0 && fileKind(place.newFile) === 'database') return checkSound(place, found)
    const said = lastLine(result.stderr || result.stdout)
    if (isFull(said)) throw volumeFull(dirname(place.file), undefined, said)
    reason = result.isStalled ? `no progress for ${stall} s` : said
  }
  throw new TemporaryError({
    code: 'SW-RESTORE-FAILED',
    what: `The backup in ${remote.bucket.location} (${timelinePath(remote.config.path, found.timeline.id)}) could not be restored.`,
    why: `Litestream ${remote.litestream.version}, tried ${attempts} times: ${reason || 'it gave no database and no reason'}`,
    next: 'Start again; if it stays so, restore by hand to see more: litestream restore -config litestream.yml -o restored.db',
  })
}

// Litestream 0.5, which reads backups of 0.3 too, knows no generations.
const dialectArgs = ({ litestream }: Remote, { generation, moment }: FoundBackup): string[] => {
  const timestamp = moment === null ? [] : ['-timestamp', moment.toISOString()]
  if (litestream.dialect === '0.5') return timestamp
  return ['-parallelism', '32', ...(generation === null ? [] : ['-generation', generation]), ...timestamp]
}

const mappedBytes = 1024 ** 3

// Opened for writing, so that closing it folds its log into the file and leaves no companions. Mapped into memory, a file is
// checked in half the time.
const checkSound = (place: Place, found: FoundBackup): void => {
  const fault = withSqlite(place.newFile, {}, (database) => {
    try {
      database.exec(`PRAGMA mmap_size = ${mappedBytes}`)
      const row = database.get<{ quick_check: string }>('PRAGMA quick_check(1)')
      return row?.quick_check === 'ok' ? null : (row?.quick_check ?? 'no answer')
    } catch (error) {
      return String(error)
    }
  })
  if (fault === null) return
  throw new SeaworthyError({
    code: 'SW-BACKUP-MALFORMED',
    what: `The backup on timeline ${found.timeline.id} gives a damaged database.`,
    why: fault,
    next: 'Restore an earlier moment: npx seaworthy restore --at "1 hour ago"; --list shows which there are.',
  })
}

const sizeOf = (folder: string): number =>
  readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

const newerFormat = ({ litestream }: Remote): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BACKUP-FORMAT',
    what: `The backup was written by Litestream 0.5, and Litestream ${litestream.version} cannot read it.`,
    why: 'The format changed between 0.3 and 0.5, and only the newer one reads both.',
    next: 'Use Litestream 0.5.16 again: SEAWORTHY_LITESTREAM, or the image in the Dockerfile.',
  })
