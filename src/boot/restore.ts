import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SeaworthyError } from '../errors.ts'
import { forgetMetadata } from '../litestream/position.ts'
import { companions, fileKind } from '../sqlite/file.ts'
import { behindError, newestBackup } from './history.ts'
import { rememberWriter } from './identity.ts'
import { branched } from './lease-rules.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import { hasDatabase, type Place, publish } from './place.ts'
import type { Remote } from './remote.ts'
import { restoreBackup } from './restore-backup.ts'
import type { Session } from './session.ts'

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
 * @throws SeaworthyError `SW-VOLUME-BEHIND`, `SW-VOLUME-LITEFS`, `SW-BACKUP-NONE`, `SW-BACKUP-FORMAT`, `SW-BACKUP-MALFORMED`; TemporaryError `SW-RESTORE-FAILED`.
 */
export const restore = async (input: RestoreInput): Promise<Restored> => {
  const { place, session, reconcile, log } = input
  setAsideUnlessDatabase(place, log)
  const hasLocal = hasDatabase(place)
  if (session === null) {
    if (hasLocal) return { outcome: 'kept' }
    refuseLiteFs(place)
    forgetMetadata(place.file)
    return { outcome: 'created' }
  }
  const { remote, lease, me } = session
  const why = hasLocal ? await session.whyBehind() : null
  if (hasLocal && (why === null || reconcile !== 'restore')) return keepLocal(input, session, why)
  const found = await newestBackup(remote, lease)
  if (found === null && hasLocal) throw nothingToRestore(remote)
  if (found === null) refuseLiteFs(place)
  if (found !== null) await restoreBackup(input, remote, found)
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

const setAsideUnlessDatabase = (place: Place, log: Log): void => {
  const kind = fileKind(place.file)
  if (kind === 'empty') setAside(place, log, 'it has zero bytes')
  if (kind === 'garbage') setAside(place, log, 'it is no SQLite database')
  // An old log beside a new database would be replayed into it, silently taking rows from it.
  const hasLog = companions.some((suffix) => existsSync(place.file + suffix))
  if (kind === 'absent' && hasLog) setAside(place, log, 'a log without its database')
}

/** Keeps what stands in the place of the database, with its companions, under `.seaworthy/aside`; gives that folder. */
export const setAside = (place: Place, log: Log, why: string): string => {
  const folder = join(place.state, 'aside', new Date().toISOString().replaceAll(':', '-'))
  mkdirSync(folder, { recursive: true })
  for (const suffix of ['', ...companions]) {
    const path = place.file + suffix
    if (existsSync(path)) renameSync(path, join(folder, basename(path)))
  }
  log({ level: 'warn', step: 'restore', outcome: 'set-aside', text: `${place.file} → ${folder}: ${why}` })
  return folder
}

// Its own layout: <data dir>/dbs/<name>/database, in its templates with litefs/ on the volume as the folder.
const refuseLiteFs = ({ file, state }: Place): void => {
  const name = basename(file)
  const kept = ['litefs/dbs', 'dbs'].map((folder) => join(state, '..', folder, name))
  if (!kept.some((folder) => existsSync(join(folder, 'database')))) return
  throw new SeaworthyError({
    code: 'SW-VOLUME-LITEFS',
    what: `${file} is not there, but LiteFS keeps a database ${name} on this volume.`,
    why: 'A new, empty one would take its place.',
    next: `Export it while LiteFS runs, in the release before this one: fly ssh console -C "litefs export -name ${name} ${file}". To begin anew: remove ${kept[0]}.`,
  })
}

const nothingToRestore = ({ bucket }: Remote): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-BACKUP-NONE',
    what: `There is no backup in ${bucket.location} that could take the place of the local database.`,
    why: 'SEAWORTHY_RECONCILE=restore asked for it; the local database was left as it is.',
    next: 'Go on from the local database: SEAWORTHY_RECONCILE=keep, for one start.',
  })
