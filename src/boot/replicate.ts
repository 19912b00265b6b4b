import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodeOf, isRunning, start } from '../command.ts'
import { reasonOf } from '../errors.ts'
import { readLogLine } from '../litestream/log-line.ts'
import { localPosition, type Position, readPoint } from '../litestream/position.ts'
import { hasCommitsBehind } from '../sqlite/wal.ts'
import { emptyLog } from './empty-log.ts'
import { type FinalSync, judge } from './final-sync.ts'
import { killGroup, type RunningProcesses } from './leftovers.ts'
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
  // 0.3 compares with the bucket when it starts: what it was not heard to upload, or to fail at, is there.
  const found = remote.litestream.dialect === '0.3' ? localPosition(place.file) : null
  let isSettled = false
  let confirmed: Position | null = null
  let fault: string | null = null
  let endedFor: string | null = null
  let remark: { text: string; at: number } | null = null
  let child: ChildProcess | null = null
  let isEnding = false
  let isAbandoned = false
  let launching: Promise<void> | null = null
  let deaths = 0
  let began = 0
  let attached: number | null = null
  const logSparingly = sparing(log)

  // What waits for an empty log may still wait when the app ends, and is not to be started twice, or in vain.
  const launch = (): Promise<void> => {
    launching ??= begin().finally(() => {
      launching = null
    })
    return launching
  }

  const begin = async () => {
    if (remote.litestream.dialect === '0.5') await emptyLog(place, log)
    if (isAbandoned) return
    const command = remote.command(timeline, 'replicate', [])
    const started = start(command, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    began = performance.now()
    attached = null
    fault = null
    remark = null
    for (const stream of [started.stdout, started.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', hear)
    }
    started.on('error', (error) => revive(reasonOf(error)))
    started.on('exit', (code, signal) => revive(`exit code ${exitCodeOf(code, signal)}`))
    if (started.pid !== undefined) await processes.note(started.pid)
  }

  const hear = (line: string) => {
    const entry = readLogLine(line)
    if (entry === null) return
    if (entry.uploaded !== null) confirmed = entry.uploaded
    if (entry.text === 'replicating to') attached ??= performance.now()
    if (entry.uploaded !== null) remark = null
    if (entry.level !== 'info') remark = { text: entry.text, at: performance.now() }
    if (entry.level !== 'info')
      logSparingly({ level: entry.level, step: 'replicate', outcome: 'warning', text: entry.text })
  }

  const revive = async (why: string) => {
    if (isEnding) return
    fault = endedFor === null ? `Litestream died (${why})` : `Litestream was ended (${endedFor})`
    endedFor = null
    deaths = performance.now() - began > longestPauseMs ? 1 : deaths + 1
    const pause = Math.min(1_000 * 2 ** (deaths - 1), longestPauseMs)
    const text = `${fault}; nothing is backed up until it runs again, in ${pause / 1000} s`
    log({ level: 'error', step: 'replicate', outcome: 'restarting', text })
    await sleep(pause, undefined, { ref: false })
    if (!isEnding) await launch().catch((error) => revive(reasonOf(error)))
  }

  // One that gets no processor may take longer; one that has opened the database reads it, whenever it is told to end.
  const hasLooked = () =>
    !isRunning(child) ||
    (attached !== null &&
      performance.now() - attached > firstLookMs(remote) &&
      hasOpened(child.pid ?? 0, `${place.file}-wal`) !== false)

  await launch()

  return {
    get confirmed() {
      isSettled ||= fault === null && performance.now() - Math.max(began, remark?.at ?? 0) >= settledMs
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
      if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL')
    },
    halt: () => {
      const halted = child
      if (halted?.pid !== undefined) killGroup(halted.pid, 'SIGSTOP')
      return () => {
        if (isRunning(halted) && halted.pid !== undefined) killGroup(halted.pid, 'SIGCONT')
      }
    },
    pause: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs
      isEnding = true
      // What waits for an empty log might wait for as long as the other app writes.
      await until(() => launching === null, deadline)
      isAbandoned = launching !== null
      await stop(child, deadline)
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
      const isRetried = remote.litestream.dialect === '0.3'
      const firstDeadline = isRetried ? performance.now() + (timeoutMs * 2) / 3 : deadline
      await until(hasLooked, firstDeadline)
      if (confirmed === null || performance.now() - began < settledMs)
        await until(() => isRead(place), firstDeadline)
      const isSeen = isRunning(child) && hasLooked()
      const code = await stop(child, firstDeadline)
      let verdict = judge(remote, place, isSeen ? code : null, confirmed)
      if (!verdict.isConfirmed && isRetried && performance.now() < deadline) {
        await launch()
        await until(() => judge(remote, place, 1, confirmed).isConfirmed, deadline)
        verdict = judge(remote, place, await stop(child, deadline), confirmed)
      }
      return verdict
    },
    abandon: async () => {
      isEnding = true
      isAbandoned = true
      if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      await until(() => !isRunning(child), performance.now() + 1_000)
    },
  }
}

// A Litestream that is stopped before it has opened the database uploads nothing, and says that all is well. It opens it
// at the first beat of its monitor, and says nothing when it finds nothing new.
const firstLookMs = ({ config }: Remote): number =>
  durationMs(String(config.database['monitor-interval'] ?? '100ms')) + 300

const settledMs = 3_000

const until = async (isSo: () => boolean, deadline: number): Promise<void> => {
  while (!isSo() && performance.now() < deadline) await sleep(20)
}

const isRead = (place: Place): boolean => {
  try {
    const point = readPoint(place.file)
    return point !== null && !hasCommitsBehind(place.file, point)
  } catch {
    // Litestream removes files of its log while they are looked for.
    return false
  }
}

// One signal and one only: a second SIGTERM makes Litestream 0.5 skip its final sync.
const stop = async (child: ChildProcess | null, deadline: number): Promise<number | null> => {
  if (child === null) return null
  if (isRunning(child)) {
    // Not 'exit': the last lines of its log say how far the backup goes.
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    const timeLeft = Math.max(deadline - performance.now(), 0)
    const isInTime = await Promise.race([ended.then(() => true), sleep(timeLeft, false, { ref: false })])
    if (!isInTime) {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      await ended
      return null
    }
  }
  return exitCodeOf(child.exitCode, child.signalCode)
}
