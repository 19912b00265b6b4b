import { exitCodeOf } from '../command.ts'
import { ExitCode, SeaworthyError } from '../errors.ts'
import type { Log } from './log.ts'
import type { StepName } from './step.ts'

/** The one place of the run-time that ends the process: with a code, or as a signal would have ended it. */
export const endStart = (how: number | NodeJS.Signals): never =>
  process.exit(typeof how === 'number' ? how : exitCodeOf(null, how))

/** The code with which an error ends the start. */
export const exitCodeFor = (error: unknown): number =>
  error instanceof SeaworthyError ? error.exitCode : ExitCode.bug

/** Tells what ended the start, for people in several lines and for machines in one entry. */
export const printError = (log: Log, step: StepName, error: unknown): void => {
  if (error instanceof SeaworthyError) {
    const { code, message, why, next } = error
    const text = [`${message} [${code}]`, ...(why ? [`  why:  ${why}`] : []), `  next: ${next}`].join('\n')
    log({ level: 'error', step, outcome: 'failed', code, why, next, text })
    return
  }
  const stack = error instanceof Error ? error.stack : String(error)
  const text = `This is a bug in seaworthy; please report it with these lines.\n${stack}`
  log({ level: 'error', step, outcome: 'failed', code: 'SW-BUG', text })
}
