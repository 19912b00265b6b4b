import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../errors.ts'
import { gapWatch } from '../litestream/gaps.ts'
import type { LitestreamLine } from '../litestream/log-line.ts'
import {
  forgetMetadata,
  isSamePosition,
  localPosition,
  type Position,
  readPoint,
} from '../litestream/position.ts'
import { hasCommitsBehind } from '../sqlite/wal.ts'
import { emptyLog } from './empty-log.ts'
import { type FinalSync, judge } from './final-sync.ts'
import type { RunningProcesses } from './leftovers.ts'
import { LitestreamProcess } from './litestream-process.ts'
import { type Log, sparing } from './log.ts'
import type { Place } from './place.ts'
import { hasOpened } from './processes.ts'
import { durationMs } from './prune.ts'
import type { Remote } from './remote.ts'

export interface Replicator {
  /** How far the backup goes, as far as it is known. */
  readonly confirmed: Position | null
  /** Why no Litestream runs; null while one does. */
  readonly fault: string | null
  /** The last thing that Litestream complained about since its last upload. */
  readonly remark: string | null
  /** Ends a Litestream that hangs, so that it is started again. */
  restart(why: string): void
  /** Lets Litestream stand still until what this gives is called. */
  halt(): () => void
  /** Ends Litestream with its final sync while a successor's app goes on writing; `finish` would start it once more. */
  pause(timeoutMs: number): Promise<void>
  /** The final sync, after the app has ended: bounded in time, and checked by position. */
  finish(timeoutMs: number): Promise<FinalSync>
  /** At once and without a final sync; resolves when Litestream is gone. */
  abandon(): Promise<void>
}

export interface ReplicateInput {
  place: Place
  remote: Remote
  timeline: number
  processes: RunningProcesses
  log: Log
}

// A Litestream that dies is started again after 1 s, 2 s, 4 s, … up to this.
const longestPauseMs = 30_000

/** Keeps Litestream running beside the app. */
export const startReplicator = async (input: ReplicateInput): Promise<Replicator> => {
  const { place, remote, timeline, processes, log } = input
  const is03 = remote.litestream.dialect === '0.3'
  // 0.3 compares with the bucket when it starts: what it was not heard to upload, or to fail at, is there.
  const found = is03 ? localPosition(place.file) : null
  let isSettled = false
  let confirmed: Position | null = null
  let fault: string | null = null
  let endedFor: string | null = null
  let remark: { text: string; at: number } | null = null
  let litestream: LitestreamProcess | null = null
  let isEnding = false
  let isAbandoned = false
  let launching: Promise<void> | null = null
  let deaths = 0
  let isBroken = false
  const hasGapBefore = gapWatch(place.file)
  const logSparingly = sparing(log)

  // What waits for an empty log may still wait when the app ends, and is not to be started twice, or in vain.
  const launch = (): Promise<void> => {
    launching ??= begin().finally(() => {
      launching = null
    })
    return launching
  }

  const begin = async () => {
    if (!is03) await emptyLog(place, log)
    if (isAbandoned) return
    if (hasHole()) forgetMetadata(place.file)
    isBroken = false
    const started = new LitestreamProcess(remote.command(timeline, 'replicate', []), hear, revive)
    litestream = started
    fault = null
    remark = null
    if (started.pid !== null) await processes.note(started.pid)
  }

  const hear = ({ uploaded, level, text }: LitestreamLine) => {
    if (uploaded !== null) {
      if (hasGapBefore(uploaded)) beginAnew()
      confirmed = uploaded
      remark = null
    }
    if (level === 'info') return
    remark = { text, at: performance.now() }
    logSparingly({ level, step: 'replicate', outcome: 'warning', text })
  }

  // Its next start begins with a snapshot, after which nothing of what was uploaded is needed.
  const beginAnew = () => {
    isBroken = true
    if (isEnding) return
    endedFor = leftOut
    litestream?.kill('SIGKILL')
  }

  // Two uploads at a time are the work of somebody else who told it to end, as systemd tells all that runs.
  const hasHole = () => isBroken || litestream?.hasCrossed === true

  const revive = async (why: string) => {
    if (isEnding) return
    fault = endedFor === null ? `Litestream died (${why})` : `Litestream was ended (${endedFor})`
    endedFor = null
    deaths = age() > longestPauseMs ? 1 : deaths + 1
    const pause = Math.min(1_000 * 2 ** (deaths - 1), longestPauseMs)
    const text = `${fault}; nothing is backed up until it runs again, in ${pause / 1000} s`
    log({ level: 'error', step: 'replicate', outcome: 'restarting', text })
    await sleep(pause, undefined, { ref: false })
    if (!isEnding) await launch().catch((error) => revive(reasonOf(error)))
  }

  /** Milliseconds that it has run. */
  const age = (since = litestream?.began ?? 0) => performance.now() - since

  // One that gets no processor may take longer; one that has opened the database reads it, whenever it is told to end.
  const hasLooked = () => {
    if (!litestream?.isRunning) return true
    const { attached, pid } = litestream
    const isDue = attached !== null && age(attached) > firstLookMs(remote)
    return isDue && hasOpened(pid ?? 0, `${place.file}-wal`) !== false
  }

  // The final sync of 0.3 takes what its monitor is just uploading for not uploaded, and sends more from the same place: a
  // restore takes the one behind the other, and ends where they do not fit. So it is told to end when nothing is on its
  // way, and nothing is about to be: it has sent all that it has read, or there is no more to read.
  const stop = async (deadline: number): Promise<number | null> => {
    const ending = litestream
    if (!is03 || !ending?.isRunning) return ending?.stop(deadline) ?? null
    const isQuiet = () => !ending.isUploading && (isSent(place, confirmed) || isRead(place))
    const release = await ending.holdWhen(isQuiet, deadline)
    return release === null && ending.isRunning ? ending.end() : ending.stop(deadline, release)
  }

  const verdictOf = (code: number | null): FinalSync =>
    hasHole() ? { isConfirmed: false, why: leftOut } : judge(remote, place, code, confirmed)

  await launch()

  return {
    get confirmed() {
      isSettled ||= fault === null && age(Math.max(litestream?.began ?? 0, remark?.at ?? 0)) >= settledMs
      return confirmed ?? (isSettled ? found : null)
    },
    get fault() {
      return fault
    },
    get remark() {
      return remark?.text ?? null
    },
    restart: (why) => {
      endedFor = why
      litestream?.kill('SIGKILL')
    },
    halt: () => litestream?.hold() ?? (() => {}),
    pause: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs
      isEnding = true
      // What waits for an empty log might wait for as long as the other app writes.
      await until(() => launching === null, deadline)
      isAbandoned = launching !== null
      // The other app writes: a final sync of 0.3 would never be alone with what its monitor reads meanwhile.
      if (is03) await litestream?.holdWhen(() => !litestream?.isUploading, deadline)
      await (is03 ? litestream?.end() : litestream?.stop(deadline))
      if (hasHole()) forgetMetadata(place.file)
      fault = 'Litestream was stopped for the start that follows'
    },
    finish: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs
      isEnding = true
      // The log may be in use for longer, by a console for instance.
      if (fault !== null || launching !== null)
        await Promise.race([launch(), sleep(timeoutMs, undefined, { ref: false })])
      isAbandoned = launching !== null
      // One that hangs is not waited for to the last: the next may get through.
      const firstDeadline = is03 ? performance.now() + (timeoutMs * 2) / 3 : deadline
      await until(hasLooked, firstDeadline)
      if (confirmed === null || age() < settledMs) await until(() => isRead(place), firstDeadline)
      const isSeen = litestream?.isRunning && hasLooked()
      const code = await stop(firstDeadline)
      let verdict = verdictOf(isSeen ? code : null)
      if (!verdict.isConfirmed && is03 && performance.now() < deadline) {
        await launch()
        await until(() => verdictOf(1).isConfirmed, deadline)
        verdict = verdictOf(await stop(deadline))
      }
      if (hasHole()) forgetMetadata(place.file)
      return verdict
    },
    abandon: async () => {
      isEnding = true
      isAbandoned = true
      litestream?.kill('SIGKILL')
      await until(() => !litestream?.isRunning, performance.now() + 1_000)
    },
  }
}

// A Litestream that is stopped before it has opened the database uploads nothing, and says that all is well. It opens it
// at the first beat of its monitor, and says nothing when it finds nothing new.
const firstLookMs = ({ config }: Remote): number =>
  durationMs(String(config.database['monitor-interval'] ?? '100ms')) + 300

const settledMs = 3_000

const leftOut = 'Litestream has left out a part of the log'

const until = async (isSo: () => boolean, deadline: number): Promise<void> => {
  while (!isSo() && performance.now() < deadline) await sleep(20)
}

// Litestream removes files of its log while they are looked for.
const isRead = (place: Place): boolean =>
  orFalse(() => {
    const point = readPoint(place.file)
    return point !== null && !hasCommitsBehind(place.file, point)
  })

const isSent = (place: Place, confirmed: Position | null): boolean =>
  orFalse(() => {
    const local = localPosition(place.file)
    return confirmed !== null && local !== null && isSamePosition(confirmed, local)
  })

const orFalse = (isSo: () => boolean): boolean => {
  try {
    return isSo()
  } catch {
    return false
  }
}
