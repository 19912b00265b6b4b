import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../errors.ts'
import type { FileLock } from '../sqlite/file-lock.ts'
import type { Entered } from './handover-entry.ts'
import type { Offer, Predecessor } from './handover-socket.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import { lockVolume, stateFolder } from './volume.ts'

export interface HoldOptions {
  entered: Entered
  settings: Settings
  processes: RunningProcesses
  log: Log
  /** The predecessor has gone, and the volume is ours: the lease and the backup are to be taken. */
  onTaken: () => Promise<void>
  /** The volume or the backup could not be taken: the app must be stopped. */
  onFailed: (error: unknown) => void
  /** A successor wants our app to end before its own begins. */
  onReplaced: () => void
}

/** Milliseconds that a successor has to take what it is given: less than a lease lasts. */
const takenWithinMs = 10_000
/** Milliseconds that a start which has let go, or is dead, may still hold the lock. */
const lettingGoMs = 10_000
/** Milliseconds that what a killed start has left in a container of its own needs to be gone. */
const afterDeathMs = 1_000

/** How a start holds its volume: from its predecessor, where it begins beside one, and to its successor. */
export class VolumeHold {
  readonly #options: HoldOptions
  #lock: FileLock | null
  #predecessor: Predecessor | null
  #offer: Offer | null = null
  #taking: Promise<void> = Promise.resolve()
  #isEnding = false

  constructor(options: HoldOptions) {
    this.#options = options
    this.#lock = options.entered.lock
    this.#predecessor = options.entered.predecessor
  }

  /** Another start holds the volume, and its app runs. */
  get isBeside(): boolean {
    return this.#predecessor !== null
  }

  /**
   * Has the predecessor end its app, back everything up and let go, and takes the volume. Its line stays open: when it
   * closes before the predecessor is told to end, that one ends, to be started again.
   *
   * @throws TemporaryError `SW-VOLUME-LOCKED` when it did not let go within the time that its end may take.
   */
  async replacePredecessor(): Promise<void> {
    const { volume, stopTimeout, syncTimeout, lockWait } = this.#options.settings
    this.#predecessor?.askToStop()
    this.#lock = await lockVolume(volume, (stopTimeout + syncTimeout + lockWait) * 1000)
    this.#predecessor?.taken()
    this.#predecessor = null
  }

  /** Before the app is started: a predecessor that has gone meanwhile is not waited for any more. */
  async beforeLaunch(): Promise<void> {
    if (this.#predecessor?.left) await this.#take(this.#predecessor)
  }

  /** The app runs: from here on the predecessor may end, and a successor may come. */
  async launched(): Promise<void> {
    const predecessor = this.#predecessor
    if (predecessor === null) return this.#offerVolume()
    predecessor.launched()
    predecessor.gone.then(() => {
      if (this.#isEnding || this.#predecessor === null) return
      this.#taking = this.#take(predecessor).catch(this.#options.onFailed)
    })
  }

  /**
   * The app has ended. Where a successor's app goes on, all is given to it.
   *
   * @param pause ends Litestream, once it is settled that there is somebody to go on with it.
   * @returns whether it has taken it: then nothing is left to do here.
   */
  async appEnded(pause: () => Promise<void>): Promise<boolean> {
    await this.#taking
    this.#isEnding = true
    if (this.#lock === null || !this.#offer?.hasSuccessor) return false
    const { log, processes, settings } = this.#options
    const began = performance.now()
    await pause()
    processes.clear()
    this.#offer.close()
    this.#lock.release()
    this.#lock = null
    const isTaken = await this.#offer.give(takenWithinMs)
    const ms = Math.round(performance.now() - began)
    if (isTaken) {
      const text = 'to the start that runs beside this one'
      log({ step: 'handover', outcome: 'handed-over', ms, text })
      return true
    }
    this.#warn('the start that was to follow has gone; this one ends as if there had been none')
    this.#lock = await lockVolume(settings.volume, takenWithinMs)
    await processes.endLeftovers()
    return false
  }

  /**
   * Waits, where our app was stopped for a successor, until whoever runs us stops us too: ended, we would be started again
   * and be in its way. Should it fail, we are wanted again.
   *
   * @returns whether we are.
   */
  async isWantedAgain(stopped: Promise<void>): Promise<boolean> {
    if (!this.#offer?.isReplaced) return false
    return Promise.race([this.#offer.alone.then(() => true), stopped.then(() => false)])
  }

  letGo(): void {
    this.#isEnding = true
    this.#offer?.close()
    this.#options.processes.clear()
    this.#lock?.release()
    this.#lock = null
    this.#predecessor?.close()
  }

  async #take(predecessor: Predecessor): Promise<void> {
    const { settings, processes, log, onTaken } = this.#options
    const began = performance.now()
    this.#lock = await lockVolume(settings.volume, lettingGoMs)
    predecessor.taken()
    this.#predecessor = null
    if (predecessor.left === 'died') await sleep(afterDeathMs)
    const ended = await processes.endLeftovers()
    processes.hold()
    await onTaken()
    const ms = Math.round(performance.now() - began)
    const text =
      predecessor.left === 'gave'
        ? 'the last start has handed over'
        : `the last start is gone; ${ended} of its processes were left, and were ended`
    log({ step: 'handover', outcome: 'took-over', ms, text })
    await this.#offerVolume()
  }

  // That nobody can find us is no reason not to run.
  async #offerVolume(): Promise<void> {
    const { settings, processes, onReplaced } = this.#options
    if (!settings.isHandover) return
    const onLost = async () => {
      const ended = await processes.endLeftovers()
      this.#warn(`the start that was to follow is gone, with ${ended} processes left; this one goes on`)
    }
    try {
      const { offerVolume } = await import('./handover-socket.ts')
      this.#offer = await offerVolume(stateFolder(settings.volume), { onStop: onReplaced, onLost })
    } catch (error) {
      const why = reasonOf(error)
      this.#warn(`no start can begin beside this one, and the next will wait for its end: ${why}`)
    }
  }

  #warn(text: string): void {
    this.#options.log({ level: 'warn', step: 'handover', outcome: 'warning', text })
  }
}
