import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, exitCodeOf, isRunning, show, start } from '../command.ts'
import { reasonOf, SeaworthyError, systemCode } from '../errors.ts'
import type { HeldApp } from './held-app.ts'
import { killGroup, type RunningProcesses } from './leftovers.ts'
import { withReaper } from './orphans.ts'

/** The running application. */
export interface App {
  readonly pid: number
  /** Passes a signal on, at once; after the timeout the app is killed. */
  stop(signal: NodeJS.Signals, timeoutMs: number): void
  /** Its exit code, or 128 + the number of the signal that ended it; by then nothing of it runs any more. */
  readonly ended: Promise<number>
}

/**
 * Starts the application in a process group of its own, with our standard input and outputs.
 *
 * @param processes where it is noted; null for a command beside the app.
 * @param held its process, where one was started ahead.
 * @throws SeaworthyError `SW-LAUNCH-NOT-FOUND`.
 */
export const startApp = async (
  command: Command,
  processes: RunningProcesses | null,
  held: HeldApp | null,
): Promise<App> => {
  const waiting = held?.take(command) ?? null
  const child = waiting ?? start(withReaper(command), { detached: true, stdio: 'inherit' })
  // At once: if we are killed in this moment, nobody else knows that it runs.
  const isNoted = child.pid === undefined ? undefined : processes?.note(child.pid)
  if (waiting === null) await spawned(command, child)
  const pid = child.pid ?? 0
  const ended = endOf(child, pid, processes)
  await isNoted
  held?.open()
  return {
    pid,
    stop: (signal, timeoutMs) => stop(child, pid, signal, timeoutMs),
    ended,
  }
}

const spawned = async (command: Command, child: ChildProcess): Promise<void> => {
  await once(child, 'spawn').catch((cause) => {
    throw notStarted(command, cause)
  })
}

const stop = (child: ChildProcess, pid: number, signal: NodeJS.Signals, timeoutMs: number): void => {
  child.kill(signal)
  sleep(timeoutMs, undefined, { ref: false }).then(() => {
    if (isRunning(child)) killGroup(pid, 'SIGKILL')
  })
}

// What the app forked must not write behind the final sync.
const endOf = async (
  child: ChildProcess,
  pid: number,
  processes: RunningProcesses | null,
): Promise<number> => {
  await once(child, 'exit')
  killGroup(pid, 'SIGKILL')
  await processes?.endStrays()
  return exitCodeOf(child.exitCode, child.signalCode)
}

const notStarted = (command: Command, cause: unknown): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LAUNCH-NOT-FOUND',
    what: `The application could not be started: ${show(command)}`,
    why: systemCode(cause) === 'ENOENT' ? `There is no program ${command.file}.` : reasonOf(cause),
    next: 'Check the command behind the start script: CMD in the Dockerfile, or [processes] in fly.toml.',
    cause,
  })
