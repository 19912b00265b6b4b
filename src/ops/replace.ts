import { existsSync } from 'node:fs'
import { machineOf, rememberWriter } from '../boot/identity.ts'
import { branched } from '../boot/lease-rules.ts'
import { runningProcesses } from '../boot/leftovers.ts'
import type { LogEntry } from '../boot/log.ts'
import { publish } from '../boot/place.ts'
import { setAside } from '../boot/restore.ts'
import { closeSession, openSession } from '../boot/session.ts'
import { checkVolume, lockVolume } from '../boot/volume.ts'
import { forgetMetadata } from '../litestream/position.ts'
import { backupAt, lineOf } from './history.ts'
import { type RestoredFile, type Restoring, restoredFile, restoreFound } from './restore.ts'
import { openSource, type SourceOptions } from './source.ts'

/**
 * Puts the database on the volume back to a moment; the one that is there is kept aside. What is written from then on
 * goes to a new timeline, so that what came after the moment can still be restored.
 *
 * @throws TemporaryError `SW-VOLUME-LOCKED` or `SW-LEASE-HELD` while a machine runs; those of `restoreToFile`.
 */
export const replaceDatabase = async (
  options: SourceOptions,
  restoring: Restoring,
  say: (text: string) => void,
): Promise<RestoredFile> => {
  const log = ({ text }: LogEntry) => (text === undefined ? undefined : say(text))
  const source = await openSource(options)
  const { settings, place, remote } = source
  checkVolume(settings, place.file)
  const lock = await lockVolume(settings.volume, 0)
  const processes = runningProcesses(place.state, machineOf(place.state, options.env))
  await processes.endLeftovers()
  const { leaseTtl: ttl } = settings
  const session = await openSession({ remote, place, env: options.env, ttl, patience: 0, log }).catch(
    (error) => {
      lock.release()
      throw error
    },
  )
  let isLost: Error | undefined
  try {
    session.lease.keep((error) => {
      isLost = error
    })
    const found = await backupAt(remote, lineOf(session.lease.head, restoring.timeline), restoring.moment)
    await restoreFound(source, found, processes)
    if (isLost) throw isLost
    // First the timeline: a start that comes between finds the old database, or none, and the backup of it whole.
    await session.lease.update((head, now) => branched(head, 'restored', now))
    const aside = existsSync(place.file) ? setAside(place, log, 'an earlier moment takes its place') : null
    forgetMetadata(place.file)
    const { lastBoot } = session.lease.head
    if (lastBoot !== null) rememberWriter(place.state, session.me, lastBoot)
    publish(place)
    return restoredFile(place.file, found, restoring, aside)
  } finally {
    await closeSession(session)
    lock.release()
  }
}
