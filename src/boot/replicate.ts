import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodeOf, start } from '../command.ts'
import { reasonOf } from '../errors.ts'
import { readLogLine } from '../litestream/log-line.ts'
import {
  isSamePosition,
  localPosition,
  type Position,
  readPoint,
  showPosition,
} from '../litestream/position.ts'
import { withSqlite } from '../sqlite/driver.ts'
import { hasCommitsBehind } from '../sqlite/wal.ts'
import { killGroup, type RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import type { Place } from './place.ts'
import type { Remote } from './remote.ts'

export interface Replicator {
  /** How far the backup goes, as far as Litestream reported it in this run. */
  readonly confirmed: Position | null
  /** The final sync, after the app has ended: bounded in time, and checked by position. */
  finish(timeoutMs: number): Promise<FinalSync>
  /** At once and without a final sync: somebody else writes to the backup now. */
  abandon(): void
}

export type FinalSync = { isConfirmed: true; position: string } | { isConfirmed: false; why: string }

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
  let confirmed: Position | null = null
  let child: ChildProcess | null = null
  let isEnding = false
  let deaths = 0
  let began = 0

  const launch = async () => {
    if (remote.litestream.dialect === '0.5') await detachLog(place, log)
    const command = remote.command(timeline, 'replicate', [])
    const started = start(command, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    began = Date.now()
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
    if (entry.level !== 'info')
      log({ level: entry.level, step: 'replicate', outcome: 'warning', text: entry.text })
  }

  const revive = async (why: string) => {
    if (isEnding) return
    deaths = Date.now() - began > longestPauseMs ? 1 : deaths + 1
    const pause = Math.min(1_000 * 2 ** (deaths - 1), longestPauseMs)
    const text = `Litestream died (${why}); nothing is backed up until it runs again, in ${pause / 1000} s`
    log({ level: 'error', step: 'replicate', outcome: 'restarting', text })
    await sleep(pause, undefined, { ref: false })
    if (!isEnding) await launch().catch((error) => revive(reasonOf(error)))
  }

  await launch()

  return {
    get confirmed() {
      return confirmed
    },
    finish: async (timeoutMs) => {
      const deadline = Date.now() + timeoutMs
      isEnding = true
      if (Date.now() - began < settledMs) await until(() => isRead(place), deadline)
      let verdict = judge(place, await stop(child, deadline), confirmed)
      if (!verdict.isConfirmed && remote.litestream.dialect === '0.3' && Date.now() < deadline) {
        await launch()
        await until(() => judge(place, 1, confirmed).isConfirmed, deadline)
        verdict = judge(place, await stop(child, deadline), confirmed)
      }
      return verdict
    },
    abandon: () => {
      isEnding = true
      if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL')
    },
  }
}

// Litestream 0.5 that resumes in a log it was not attached to all the time leaves malformed backups behind: with an
// empty log it takes a full snapshot instead (https://github.com/benbjohnson/litestream, measured with 0.5.16).
const detachLog = async (place: Place, log: Log): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    const row = withSqlite(place.file, {}, (database) =>
      database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)'),
    )
    if (row?.busy !== 1) return
    if (attempt === 5) {
      const text =
        'the write-ahead log is in use all the time; Litestream waits until it can begin with an empty one'
      log({ level: 'warn', step: 'replicate', outcome: 'waiting', text })
    }
    await sleep(200)
  }
}

// A Litestream that is stopped before it has opened the database uploads nothing, and says that all is well.
const settledMs = 3_000

const until = async (isSo: () => boolean, deadline: number): Promise<void> => {
  while (!isSo() && Date.now() < deadline) await sleep(20)
}

const isRead = (place: Place): boolean => {
  const point = readPoint(place.file)
  return point !== null && !hasCommitsBehind(place.file, point)
}

// One signal and one only: a second SIGTERM makes Litestream 0.5 skip its final sync.
const stop = async (child: ChildProcess | null, deadline: number): Promise<number | null> => {
  if (child === null) return null
  if (child.exitCode === null && child.signalCode === null) {
    // Not 'exit': the last lines of its log say how far the backup goes.
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    const timeLeft = Math.max(deadline - Date.now(), 0)
    const isInTime = await Promise.race([ended.then(() => true), sleep(timeLeft, false, { ref: false })])
    if (!isInTime) {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      await ended
      return null
    }
  }
  return exitCodeOf(child.exitCode, child.signalCode)
}

// The position decides. 0.3's final sync can fail over a segment that its own monitor uploads at the same moment; and
// 0.5 ends with 0 when its final sync failed. Only without an upload in this run does the exit code count: then there
// was nothing to upload, since Litestream compares with the bucket when it starts.
const judge = (place: Place, code: number | null, confirmed: Position | null): FinalSync => {
  const no = (why: string): FinalSync => ({ isConfirmed: false, why })
  const point = readPoint(place.file)
  const local = localPosition(place.file)
  if (point === null || local === null) return no('Litestream has not read the database yet')
  if (hasCommitsBehind(place.file, point)) return no('the database has writes that Litestream has not read')
  if (confirmed !== null && !isSamePosition(confirmed, local)) {
    return no(`the backup goes to ${showPosition(confirmed)}, the database to ${showPosition(local)}`)
  }
  if (confirmed === null && code === null) return no('the final sync did not end in time')
  if (confirmed === null && code !== 0) return no(`Litestream ended with exit code ${code}`)
  return { isConfirmed: true, position: showPosition(local) }
}
