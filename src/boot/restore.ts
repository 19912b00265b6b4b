import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SeaworthyError, TemporaryError } from '../errors.ts'
import { forgetMetadata } from '../litestream/position.ts'
import { withSqlite } from '../sqlite/driver.ts'
import { companions, fileKind } from '../sqlite/file.ts'
import { runChild } from './children.ts'
import { timelinePath } from './head.ts'
import { behindError, type FoundBackup, newestBackup, whyBehind } from './history.ts'
import { rememberWriter } from './identity.ts'
import { branched } from './lease-rules.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import { clearNew, type Place, publish } from './place.ts'
import type { Remote } from './remote.ts'
import type { Session } from './session.ts'
import { isFull, volumeFull } from './volume.ts'

export interface RestoreInput {
  place: Place
  /** Null: no bucket, or none that answers while a local database is there. */
  session: Session | null
  reconcile: 'refuse' | 'restore' | 'keep'
  processes: RunningProcesses
  /** Seconds that a folder may stop growing for, while Litestream restores into it. */
  stall: number
  log: Log
}

/** `created`: there is nothing yet, and it was proved that there is nothing to restore. */
export type Restored = { outcome: 'kept' | 'restored' | 'created'; text?: string }

/**
 * Settles which database this start goes on with.
 *
 * @throws SeaworthyError `SW-VOLUME-BEHIND`, `SW-BACKUP-NONE`, `SW-BACKUP-FORMAT`, `SW-BACKUP-MALFORMED`; TemporaryError `SW-RESTORE-FAILED`.
 */
export const restore = async (input: RestoreInput): Promise<Restored> => {
  const { place, session, reconcile, log } = input
  setAsideUnlessDatabase(place, log)
  const hasLocal = fileKind(place.file) === 'database'
  if (session === null) {
    if (!hasLocal) forgetMetadata(place.file)
    return { outcome: hasLocal ? 'kept' : 'created' }
  }
  const { remote, lease, me } = session
  const why = hasLocal ? await whyBehind(remote, place, lease, me) : null
  if (hasLocal && (why === null || reconcile !== 'restore')) return keepLocal(input, session, why)
  const found = await newestBackup(remote, lease)
  if (found === null && hasLocal) throw nothingToRestore(remote)
  if (found !== null) await restoreFrom(input, remote, found)
  if (hasLocal) setAside(place, log, 'it is behind its backup')
  forgetMetadata(place.file)
  if (found === null) return { outcome: 'created' }
  // Before it is there: a volume that has the backup without knowing whose it is would be taken for an older one.
  if (lease.head.lastBoot !== null) rememberWriter(place.state, me, lease.head.lastBoot)
  publish(place)
  return { outcome: 'restored', text: `timeline ${found.timeline.id} of ${remote.bucket.location}` }
}

const keepLocal = async (
  { place, reconcile }: RestoreInput,
  { remote, lease }: Session,
  why: string | null,
): Promise<Restored> => {
  if (why === null) return { outcome: 'kept' }
  if (reconcile === 'refuse') throw behindError(place, remote, why)
  await lease.update((head, now) => branched(head, 'kept-local', now))
  forgetMetadata(place.file)
  const text = 'as told, although it is behind its backup; the backup goes on as a new timeline'
  return { outcome: 'kept', text }
}

/** A whole restore is tried this often. */
const attempts = 3

const restoreFrom = async (
  { place, processes, stall }: RestoreInput,
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
const dialectArgs = ({ litestream }: Remote, { generation }: FoundBackup): string[] => {
  if (litestream.dialect === '0.5') return []
  return ['-parallelism', '32', ...(generation === null ? [] : ['-generation', generation])]
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
    next: `Restore to an earlier moment by hand: litestream restore -config litestream.yml -timestamp <time> -o restored.db ${place.file}`,
  })
}

const setAsideUnlessDatabase = (place: Place, log: Log): void => {
  const kind = fileKind(place.file)
  if (kind === 'empty') setAside(place, log, 'it has zero bytes')
  if (kind === 'garbage') setAside(place, log, 'it is no SQLite database')
  // An old log beside a new database would be replayed into it, silently taking rows from it.
  const hasLog = companions.some((suffix) => existsSync(place.file + suffix))
  if (kind === 'absent' && hasLog) setAside(place, log, 'a log without its database')
}

const setAside = (place: Place, log: Log, why: string): void => {
  const folder = join(place.state, 'aside', new Date().toISOString().replaceAll(':', '-'))
  mkdirSync(folder, { recursive: true })
  for (const suffix of ['', ...companions]) {
    const path = place.file + suffix
    if (existsSync(path)) renameSync(path, join(folder, basename(path)))
  }
  log({ level: 'warn', step: 'restore', outcome: 'set-aside', text: `${place.file} → ${folder}: ${why}` })
}

const sizeOf = (folder: string): number =>
  readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

const nothingToRestore = ({ bucket }: Remote): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BACKUP-NONE',
    what: `There is no backup in ${bucket.location} that could take the place of the local database.`,
    why: 'SEAWORTHY_RECONCILE=restore asked for it; the local database was left as it is.',
    next: 'Go on from the local database: SEAWORTHY_RECONCILE=keep, for one start.',
  })

const newerFormat = ({ litestream }: Remote): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BACKUP-FORMAT',
    what: `The backup was written by Litestream 0.5, and Litestream ${litestream.version} cannot read it.`,
    why: 'The format changed between 0.3 and 0.5, and only the newer one reads both.',
    next: 'Use Litestream 0.5.16 again: SEAWORTHY_LITESTREAM, or the image in the Dockerfile.',
  })
