import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, exitCodeOf, start } from '../command.ts'
import { killGroup, type RunningProcesses } from './leftovers.ts'

export interface ChildOptions {
  /** Where it is noted, so that the next start can end it if this one is killed. */
  processes: RunningProcesses
  /** Milliseconds without progress after which the child is killed. */
  stallMs: number
  /** A number that changes while the work goes on; output of the child counts as progress in any case. */
  progress?: () => number
  /** Show its output as it comes. */
  isShown?: boolean
}

export interface ChildResult {
  /** 127 when it could not be started. */
  code: number
  stdout: string
  stderr: string
  isStalled: boolean
}

/** Characters of each output of a child that are kept, the last: a seed may print without end. */
const keptOutput = 65_536

/** The children of the step that is under way: a signal to us before the app runs is meant for them. */
const running = new Map<ChildProcess, Promise<unknown>>()

let isOver = false

/** Ends them, by force when they do not end in time; what comes after must not meet them at work. */
export const endChildren = async (): Promise<void> => {
  isOver = true
  await Promise.all([...running].map(([child, ended]) => endChild(child, ended)))
}

/** Milliseconds that a step's command gets to end. */
const graceMs = 5_000

const endChild = async ({ pid }: ChildProcess, ended: Promise<unknown>): Promise<void> => {
  if (pid === undefined) return
  killGroup(pid, 'SIGTERM')
  const isInTime = await Promise.race([ended.then(() => true), sleep(graceMs, false, { ref: false })])
  if (isInTime) return
  killGroup(pid, 'SIGKILL')
  await ended
}

/**
 * Runs one step's command in a process group of its own, watched for progress. Never throws; and never comes back when
 * the start ends: a step that was in the middle of something else must not begin a command that nobody ends.
 */
export const runChild = async (command: Command, options: ChildOptions): Promise<ChildResult> => {
  if (isOver) return new Promise(() => {})
  const child = start(command, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = resultOf(child, options)
  running.set(child, ended)
  if (child.pid !== undefined) await options.processes.note(child.pid)
  const result = await ended
  running.delete(child)
  // What it forked must not go on writing to what comes after it.
  if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
  return result
}

const resultOf = (child: ChildProcess, options: ChildOptions): Promise<ChildResult> =>
  new Promise((resolve) => {
    const result: ChildResult = { code: 0, stdout: '', stderr: '', isStalled: false }
    let heard = 0
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        heard += text.length
        result[name] = (result[name] + text).slice(-keptOutput)
        if (options.isShown) process.stderr.write(text)
      })
    }
    const stopWatching = watchProgress(
      () => heard + (options.progress?.() ?? 0),
      options.stallMs,
      () => {
        result.isStalled = true
        if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      },
    )
    const end = (code: number) => {
      stopWatching()
      resolve({ ...result, code })
    }
    child.on('error', (error) => {
      result.stderr += error.message
      end(127)
    })
    child.on('close', (code, signal) => end(exitCodeOf(code, signal)))
  })

const watchProgress = (progress: () => number, stallMs: number, onStall: () => void): (() => void) => {
  let last = Number.NaN
  let since = performance.now()
  const timer = setInterval(
    () => {
      const now = progress()
      if (now !== last) {
        last = now
        since = performance.now()
      } else if (performance.now() - since >= stallMs) onStall()
    },
    Math.min(1_000, stallMs / 4),
  )
  return () => clearInterval(timer)
}
