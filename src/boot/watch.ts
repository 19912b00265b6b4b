import { reasonOf } from '../errors.ts'
import {
  isSamePosition,
  localPosition,
  type Position,
  readPoint,
  showPosition,
} from '../litestream/position.ts'
import { hasCommitsBehind } from '../sqlite/wal.ts'
import type { FinalSync } from './final-sync.ts'
import { lagWatch } from './lag.ts'
import type { Log } from './log.ts'
import type { Place } from './place.ts'
import type { Pulse } from './pulse.ts'
import type { Replicator } from './replicate.ts'
import { type BackupState, type BackupStatus, writeStatus } from './status.ts'

export interface WatchInput {
  place: Place
  timeline: number
  /** Version of Litestream. */
  litestream: string
  replicator: Replicator
  /** The lease's dealings with the bucket: they go on when the app writes nothing. */
  pulse: Pulse
  /** Milliseconds without an upload, while the bucket answers and writes wait, after which Litestream hangs. */
  stallMs: number
  log: Log
}

export interface Watch {
  /** The app has ended: writes down how the final sync went. */
  end(result: FinalSync): void
  /** No more is written down: the backup is somebody else's, or is begun anew. */
  stop(): void
}

const lookEveryMs = 1_000
const remindEveryMs = 60_000
/** Looks in a row that may fail. */
const mostMissed = 5

/** Milliseconds that an upload may take before it is late, and before nothing seems to reach the bucket. */
const behindMs = 2_000
const lostMs = 7_000

/**
 * Looks each second whether the bucket holds what the app has written, says in the log when it does not and when it
 * does again, and keeps the status file. Litestream itself can be silent about an outage for 40 s and more, so positions
 * decide: what it has uploaded, what it has read, and what stands in the write-ahead log behind that.
 */
export const watchBackup = (input: WatchInput): Watch => {
  const { place, replicator, pulse, log } = input
  const lagOf = lagWatch()
  let status: BackupStatus | null = null
  let confirmedAt: { position: Position; time: string } | null = null
  let reminded = Number.NEGATIVE_INFINITY
  let stallMs = input.stallMs
  let stalledSince = performance.now()
  let missed = 0

  const noteConfirmed = (position: Position): void => {
    confirmedAt = { position, time: new Date().toISOString() }
    pulse.answered()
  }

  const write = (state: BackupState, reason: string | null, lagMs: number, local: Position | null): void => {
    const next: BackupStatus = {
      version: 1,
      time: new Date().toISOString(),
      state,
      timeline: input.timeline,
      confirmed: confirmedAt && { position: showPosition(confirmedAt.position), time: confirmedAt.time },
      local: local && showPosition(local),
      lag: lagMs < behindMs ? 0 : Math.round(lagMs / 1000),
      reason,
      litestream: input.litestream,
    }
    if (status !== null && isSame(status, next)) return
    status = next
    writeStatus(place.state, next)
  }

  const tell = (state: BackupState, reason: string | null, now: number): void => {
    if (state === 'not-backed-up' && now - reminded >= remindEveryMs) {
      reminded = now
      log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', text: `not backed up: ${reason}` })
    }
    if (state === 'backed-up' && Number.isFinite(reminded)) {
      reminded = Number.NEGATIVE_INFINITY
      log({ step: 'replicate', outcome: 'confirmed', text: 'the backup holds every write again' })
    }
  }

  const endStall = (lagMs: number, now: number): void => {
    if (lagMs < lostMs) stallMs = input.stallMs
    const isWorking = lagMs < lostMs || replicator.fault !== null
    if (isWorking || pulse.fault !== null || !pulse.isFresh()) stalledSince = now
    if (now - stalledSince < stallMs) return
    replicator.restart(`it uploaded nothing for ${seconds(stallMs)} s, while the bucket answered`)
    // A first upload may really take long: each try gets twice the time.
    stallMs *= 2
    stalledSince = now
  }

  const see = (now: number) => {
    const seen = positions(place, replicator)
    const since = lagOf({ at: now, ...seen })
    return { ...seen, lagMs: since === null ? 0 : now - since }
  }

  const look = (): void => {
    const now = performance.now()
    const { confirmed, local, lagMs } = see(now)
    if (confirmed !== null && (!confirmedAt || !isSamePosition(confirmed, confirmedAt.position)))
      noteConfirmed(confirmed)
    const reason = whyNot(replicator, pulse, lagMs)
    const state = stateOf(reason, confirmed, lagMs)
    write(state, reason, lagMs, local)
    tell(state, reason, now)
    endStall(lagMs, now)
  }

  const timer = setInterval(() => {
    try {
      look()
      missed = 0
    } catch (error) {
      // A file of Litestream's was there when it was listed and is gone now: the next look sees what has become of it.
      missed += 1
      if (missed >= mostMissed) write('not-backed-up', `nobody can tell: ${reasonOf(error)}`, 0, null)
    }
  }, lookEveryMs)
  timer.unref()
  const stop = () => clearInterval(timer)
  return {
    stop,
    end: (result) => {
      stop()
      const { local, lagMs } = see(performance.now())
      if (!result.isConfirmed) return write('not-backed-up', result.why, lagMs, local)
      if (local !== null) noteConfirmed(local)
      write('stopped', null, 0, local)
    },
  }
}

const positions = (place: Place, replicator: Replicator) => {
  const point = readPoint(place.file)
  const local = localPosition(place.file)
  const isUnread = point === null || hasCommitsBehind(place.file, point)
  return { local, isUnread, confirmed: replicator.confirmed }
}

const stateOf = (reason: string | null, confirmed: Position | null, lagMs: number): BackupState => {
  if (reason !== null) return 'not-backed-up'
  if (confirmed === null) return 'starting'
  return lagMs >= behindMs ? 'behind' : 'backed-up'
}

const whyNot = (replicator: Replicator, pulse: Pulse, lagMs: number): string | null => {
  if (replicator.fault !== null) return replicator.fault
  const cause = pulse.fault ?? replicator.remark
  const because = cause === null ? '' : ` (${cause})`
  if (lagMs >= lostMs) return `writes of the last ${seconds(lagMs)} s are not in the bucket${because}`
  return pulse.isFresh() ? null : `the bucket has not answered for ${seconds(pulse.age())} s${because}`
}

const seconds = (ms: number): number => Math.round(ms / 1000)

// The time of a look is no change.
const isSame = (a: BackupStatus, b: BackupStatus): boolean =>
  JSON.stringify({ ...a, time: '' }) === JSON.stringify({ ...b, time: '' })
