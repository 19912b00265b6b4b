import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf, SeaworthyError } from '../errors.ts'
import { forgetMetadata } from '../litestream/position.ts'
import { appFirst } from './app-first.ts'
import { attachLater } from './attach-later.ts'
import { settleTimeline } from './branch.ts'
import { type FinalSync, syncOutcome } from './final-sync.ts'
import { behindError } from './history.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import { hasDatabase, type Place } from './place.ts'
import { pruneLater } from './prune.ts'
import type { Remote } from './remote.ts'
import { type Replicator, startReplicator } from './replicate.ts'
import { closeSession, isBucketFault, noStore, openSession, type Session, waitForSession } from './session.ts'
import type { Settings } from './settings.ts'
import { writeStatus } from './status.ts'
import type { StepName, StepResult } from './step.ts'
import { type Watch, watchBackup } from './watch.ts'

export interface BackupOptions {
  remote: Remote
  place: Place
  processes: RunningProcesses
  settings: Settings
  env: NodeJS.ProcessEnv
  log: Log
  /** It must not go on, as when somebody else holds the lease: Litestream is ended already, the app must be. */
  onLost: (step: StepName, error: unknown) => void
}

/** The backup of one start: its lease, and the Litestream that runs under it. */
export class Backup {
  readonly #options: BackupOptions
  /** Null as long as the bucket is away. */
  #session: Session | null = null
  /** Why there is no session. */
  #fault: string | null = null
  #replicator: Replicator | null = null
  #watch: Watch | null = null
  /** What goes on beside the starting app. */
  #beginning: Promise<void> = Promise.resolve()
  readonly #hurry = new AbortController()
  #isLost = false
  /** From `replicate` on: whoever ends wants to know how far it came. */
  #isWanted = false
  /** Nothing begins any more: the app has ended, or a start that follows on this volume goes on with it. */
  #isOver = false
  #isNoStore = false

  constructor(options: BackupOptions) {
    this.#options = options
  }

  /** Takes the lease; with a local database to run on, a bucket that does not work is no reason not to start. */
  async takeLease(): Promise<StepResult> {
    const { remote } = this.#options
    const open = this.#hasLocal() ? openSession : waitForSession
    try {
      this.#hold(await open(this.#sessionOptions()))
    } catch (error) {
      if (!this.#hasLocal() || !isBucketFault(error)) throw error
      this.#fault = error.message
      const text = `${error.message} ${error.why ?? ''} ${error.next}`
      return { level: 'error', outcome: 'not-backed-up', code: error.code, text }
    }
    const timeline = this.#session?.lease.head.timeline
    return { outcome: 'leased', timeline, text: `timeline ${timeline} in ${remote.bucket.location}` }
  }

  /** Does what needs the bucket; where it goes away meanwhile, and there is a local database, without it. */
  async orWithout<Result>(
    work: (session: Session | null) => Promise<Result>,
    isNeeded = false,
  ): Promise<Result> {
    try {
      return await work(this.#session)
    } catch (error) {
      if (isNeeded || !this.#hasLocal() || !isBucketFault(error)) throw error
      await this.#doWithout(error.message)
      return work(null)
    }
  }

  /** Litestream 0.3 may attach to a log that is being written to: the app need not wait for it. 0.5 must find it empty. */
  async replicate(): Promise<StepResult> {
    this.#isWanted = true
    if (this.#session === null || this.#options.remote.litestream.dialect === '0.5') return this.#begin()
    const began = performance.now()
    this.#beginning = appFirst(this.#options.place.file, this.#hurry.signal)
      .then(() => this.#begin())
      .then(
        (result) => {
          const ms = Math.round(performance.now() - began)
          if (result !== null) this.#options.log({ ...result, step: 'replicate', ms })
        },
        (error) => this.#goOnWithout(error),
      )
    return null
  }

  // The app runs. Only one that says who else has the backup is a reason to stop it.
  async #goOnWithout(error: unknown): Promise<void> {
    if (error instanceof SeaworthyError) return this.#giveUp('replicate', error)
    const { log } = this.#options
    await this.#doWithout(reasonOf(error))
    log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', text: reasonOf(error) })
    attachLater(() => this.#attach(), log)
  }

  async #begin(): Promise<StepResult> {
    return this.orWithout(async (session) => {
      if (session !== null) return this.#startReplicator(session)
      const reason = this.#fault
      writeStatus(this.#options.place.state, { state: 'not-backed-up', reason })
      attachLater(() => this.#attach(), this.#options.log)
      const text = `the bucket does not work; it is tried again all the time. ${reason}`
      return { level: 'error', outcome: 'not-backed-up', text }
    })
  }

  /** The backup of a start that ran beside its predecessor: the checks of a start, beside the running app. */
  async takeOver(): Promise<StepResult> {
    try {
      return await this.#attach()
    } catch (error) {
      if (!isBucketFault(error)) throw error
      this.#fault = error.message
      return this.#begin()
    }
  }

  /** Ends Litestream for a start that follows on this volume; the lease stays, for that one to take. */
  async pause(): Promise<void> {
    this.#hurry.abort()
    await this.#begun(this.#options.settings.syncTimeout * 1000)
    this.#watch?.stop()
    await this.#replicator?.pause(this.#options.settings.syncTimeout * 1000)
    await this.#session?.lease.pause()
  }

  /** After the app has ended: whether the backup holds all that was written. */
  async finalSync(): Promise<boolean> {
    const { log, settings } = this.#options
    const began = performance.now()
    const timeLeft = () => Math.max(settings.syncTimeout * 1000 - (performance.now() - began), 0)
    this.#hurry.abort()
    await this.#begun(timeLeft())
    if (this.#isLost || this.#isNothingToSync()) return false
    const none: FinalSync = { isConfirmed: false, why: this.#fault ?? 'the bucket did not answer in time' }
    const synced = (await this.#replicator?.finish(timeLeft())) ?? none
    const ms = Math.round(performance.now() - began)
    await this.release()
    const result = this.#isNoStore && synced.isConfirmed ? this.#disbelieve() : synced
    this.#watch?.end(result)
    log({ ...syncOutcome(result, ms), step: 'stop' })
    return result.isConfirmed
  }

  /** Waits for what is just beginning, and lets nothing begin from then on. */
  async #begun(timeoutMs: number): Promise<void> {
    await Promise.race([this.#beginning, sleep(timeoutMs, undefined, { ref: false })])
    this.#isOver = true
  }

  #isNothingToSync(): boolean {
    return this.#replicator === null && this.#fault === null && !this.#isWanted
  }

  async release(): Promise<void> {
    const fault = await closeSession(this.#session)
    if (fault === null) return
    this.#isNoStore = fault instanceof SeaworthyError && fault.code === noStore
    const text = `the lease could not be released, so that the next start may have to wait for its end: ${reasonOf(fault)}`
    this.#options.log({ level: 'warn', step: 'stop', outcome: 'warning', text })
  }

  // The release is the first answer after the last upload that can be told from a page.
  #disbelieve(): FinalSync {
    forgetMetadata(this.#options.place.file)
    return {
      isConfirmed: false,
      why: 'what has taken them is no S3 store; the next start sends a new snapshot',
    }
  }

  #hasLocal(): boolean {
    return hasDatabase(this.#options.place)
  }

  #sessionOptions() {
    const { leaseTtl: ttl, bucketWait: patience } = this.#options.settings
    return { ...this.#options, ttl, patience }
  }

  /** @param isHollow what was uploaded lately may be missing. */
  async #doWithout(fault: string, isHollow = false): Promise<void> {
    this.#fault = fault
    this.#watch?.stop()
    const replicator = this.#replicator
    this.#replicator = null
    await replicator?.abandon()
    if (isHollow) forgetMetadata(this.#options.place.file)
    await closeSession(this.#session)
    this.#session = null
    writeStatus(this.#options.place.state, { state: 'not-backed-up', reason: fault })
  }

  #hold(session: Session): void {
    this.#session = session
    session.lease.keep(
      (error) => this.#giveUp('lease', error),
      (error) => this.#beginAnew(error),
      () => this.#halt(),
    )
  }

  #giveUp(step: StepName, error: unknown): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#watch?.stop()
    this.#replicator?.abandon()
    this.#options.onLost(step, error)
  }

  #halt(): () => void {
    const text =
      'this machine stood still for longer than its lease holds; Litestream waits until the head was asked'
    this.#options.log({ level: 'warn', step: 'lease', outcome: 'waiting', text })
    return this.#replicator?.halt() ?? (() => {})
  }

  // Litestream takes any answer with status 200 for a stored upload, a proxy's page for instance: a backup with such a
  // hole is restored without a word, and without what was written after it. So it begins anew with a snapshot.
  async #beginAnew(error: SeaworthyError): Promise<void> {
    if (this.#replicator === null) return
    const { log } = this.#options
    await this.#doWithout(error.message, true)
    const text = `not backed up: ${error.message} What was uploaded lately may be lost; a new snapshot follows when the bucket is back.`
    log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', code: error.code, text })
    attachLater(() => this.#attach(), log)
  }

  async #startReplicator(session: Session): Promise<StepResult> {
    const { place, remote, processes, settings, log } = this.#options
    const timeline = await settleTimeline(session, place)
    // Somebody may have taken the lease meanwhile.
    if (this.#isLost || this.#isOver) return null
    const replicator = await startReplicator({ place, remote, timeline, processes, log })
    this.#replicator = replicator
    if (this.#isLost || this.#isOver) {
      await replicator.abandon()
      return null
    }
    const { version: litestream } = remote.litestream
    const common = { place, timeline, litestream, replicator, log }
    this.#watch = watchBackup({ ...common, pulse: session.lease.pulse, stallMs: settings.stall * 1000 })
    pruneLater(session, log)
    const text = `Litestream ${remote.litestream.version} to timeline ${timeline} in ${remote.bucket.location}`
    return { outcome: 'replicating', timeline, text }
  }

  // A bucket that was away at the start is back. Whoever ends meanwhile waits for it.
  #attach(): Promise<StepResult> {
    const attaching = this.#attachNow()
    this.#beginning = attaching.then(
      () => {},
      () => {},
    )
    return attaching
  }

  // The same checks as at a start, beside the running app.
  async #attachNow(): Promise<StepResult> {
    const { place, remote } = this.#options
    if (this.#isOver) return null
    const session = await openSession(this.#sessionOptions())
    if (this.#isOver) {
      await closeSession(session)
      return null
    }
    this.#hold(session)
    try {
      const why = await session.whyBehind()
      if (why !== null) throw behindError(place, remote, why)
      return await this.#startReplicator(session)
    } catch (error) {
      await this.#doWithout(reasonOf(error))
      throw error
    }
  }
}
