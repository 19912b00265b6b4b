import { reasonOf, type SeaworthyError } from '../errors.ts'
import { fileKind } from '../sqlite/file.ts'
import { attachLater } from './attach-later.ts'
import { settleTimeline } from './branch.ts'
import { behindError, whyBehind } from './history.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import type { Place } from './place.ts'
import { pruneTimelines } from './prune.ts'
import type { Remote } from './remote.ts'
import { type Replicator, startReplicator } from './replicate.ts'
import { isBucketFault, openSession, type Session, waitForSession } from './session.ts'
import type { StepResult } from './step.ts'

/** Milliseconds that the final sync may take. */
const finalSyncMs = 15_000

/** Milliseconds after the start at which there is time to tidy up. */
const pruneAfterMs = 60_000

export interface BackupOptions {
  remote: Remote
  place: Place
  processes: RunningProcesses
  env: NodeJS.ProcessEnv
  /** Seconds. */
  ttl: number
  /** Seconds that a start without a local database waits for the bucket. */
  patience: number
  log: Log
  /** Somebody else holds the lease now: Litestream is ended already, the app must be. */
  onLost: (error: SeaworthyError) => void
}

/** The backup of one start: its lease, and the Litestream that runs under it. */
export class Backup {
  readonly #options: BackupOptions
  #session: Session | null = null
  #replicator: Replicator | null = null
  #isLost = false

  constructor(options: BackupOptions) {
    this.#options = options
  }

  /** Null as long as the bucket is away. */
  get session(): Session | null {
    return this.#session
  }

  /** Takes the lease; with a local database to run on, a bucket that does not work is no reason not to start. */
  async takeLease(): Promise<StepResult> {
    const { place, remote } = this.#options
    const hasLocal = fileKind(place.file) === 'database'
    try {
      this.#hold(await (hasLocal ? openSession(this.#options) : waitForSession(this.#options)))
    } catch (error) {
      if (!hasLocal || !isBucketFault(error)) throw error
      const text = `${error.message} ${error.why ?? ''} ${error.next}`
      return { level: 'error', outcome: 'not-backed-up', code: error.code, text }
    }
    const timeline = this.#session?.lease.head.timeline
    return { outcome: 'leased', timeline, text: `timeline ${timeline} in ${remote.bucket.location}` }
  }

  async replicate(): Promise<StepResult> {
    if (this.#session !== null) return this.#startReplicator(this.#session)
    attachLater(() => this.#attach(), this.#options.log)
    const text = 'the bucket does not work; it is tried again all the time'
    return { level: 'error', outcome: 'not-backed-up', text }
  }

  /** After the app has ended: whether the backup holds all that was written. */
  async finalSync(): Promise<boolean> {
    if (this.#isLost || this.#replicator === null) return false
    const { log } = this.#options
    const began = performance.now()
    const result = await this.#replicator.finish(finalSyncMs)
    const ms = Math.round(performance.now() - began)
    if (result.isConfirmed) {
      const text = `the backup holds every write, up to ${result.position}`
      log({ step: 'stop', outcome: 'confirmed', ms, text })
    } else {
      const text = `the last writes may not be in the backup: ${result.why}`
      log({ level: 'error', step: 'stop', outcome: 'not-confirmed', ms, text })
    }
    return result.isConfirmed
  }

  async release(): Promise<void> {
    await this.#session?.lease.release().catch((error) => {
      const text = `the lease could not be released, so that the next start may have to wait for its end: ${error.message}`
      this.#options.log({ level: 'warn', step: 'stop', outcome: 'warning', text })
    })
  }

  #hold(session: Session): void {
    this.#session = session
    session.lease.keep((error) => {
      this.#isLost = true
      this.#replicator?.abandon()
      this.#options.onLost(error)
    })
  }

  async #startReplicator(session: Session): Promise<StepResult> {
    const { place, remote, processes, log } = this.#options
    const timeline = await settleTimeline(session, place)
    this.#replicator = await startReplicator({ place, remote, timeline, processes, log })
    setTimeout(() => this.#prune(session), pruneAfterMs).unref()
    const text = `Litestream ${remote.litestream.version} to timeline ${timeline} in ${remote.bucket.location}`
    return { outcome: 'replicating', timeline, text }
  }

  async #prune(session: Session): Promise<void> {
    const { log } = this.#options
    await pruneTimelines(session, log).catch((error) => {
      const text = `old timelines could not be removed: ${reasonOf(error)}`
      log({ level: 'warn', step: 'replicate', outcome: 'warning', text })
    })
  }

  // A bucket that was away at the start is back: the same checks as at a start, beside the running app.
  async #attach(): Promise<StepResult> {
    const { place, remote } = this.#options
    const session = await openSession(this.#options)
    const why = await whyBehind(remote, place, session.lease, session.me)
    if (why !== null) {
      await session.lease.release()
      throw behindError(place, remote, why)
    }
    this.#hold(session)
    return this.#startReplicator(session)
  }
}
