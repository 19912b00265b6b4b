import type { ChildProcess } from 'node:child_process'
import { type Command, exitCodeOf, start } from '../command.ts'
import { killGroup } from './leftovers.ts'

export interface ChildOptions {
  /** Milliseconds without progress after which the child is killed. */
  stallMs: number
  /** A number that changes while the work goes on; output of the child counts as progress too. */
  progress: () => number
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

/** The children of the step that is under way: a signal to us before the app runs is meant for them. */
const running = new Set<ChildProcess>()

export const signalChildren = (signal: NodeJS.Signals): void => {
  for (const { pid } of running) if (pid !== undefined) killGroup(pid, signal)
}

/** Runs one step's command in a process group of its own, watched for progress. Never throws. */
export const runChild = (command: Command, options: ChildOptions): Promise<ChildResult> =>
  new Promise((resolve) => {
    const child = start(command, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    const result: ChildResult = { code: 0, stdout: '', stderr: '', isStalled: false }
    let heard = 0
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        heard += text.length
        result[name] += text
        if (options.isShown) process.stderr.write(text)
      })
    }
    const stopWatching = watchProgress(
      () => heard + options.progress(),
      options.stallMs,
      () => {
        result.isStalled = true
        if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      },
    )
    const end = (code: number) => {
      stopWatching()
      running.delete(child)
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
  let since = Date.now()
  const timer = setInterval(
    () => {
      const now = progress()
      if (now !== last) {
        last = now
        since = Date.now()
      } else if (Date.now() - since >= stallMs) onStall()
    },
    Math.min(1_000, stallMs / 4),
  )
  return () => clearInterval(timer)
}
