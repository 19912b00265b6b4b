import { type Command, type CommandResult, type RunOptions, run } from './command.ts'
import { interrupted } from './errors.ts'

/** The outside world as the build-time code sees it; tests hand in their own. */
export interface Context {
  /** Absolute path of the folder that relative paths on the command line are relative to. */
  cwd: string
  env: NodeJS.ProcessEnv
  /** What the command was asked for; with `--json`, that JSON and nothing else. */
  out: (text: string) => void
  /** Progress and remarks, on standard error. */
  log: (text: string) => void
  /** As it is, without an end of line: for what is drawn over, on standard error of a terminal. */
  draw: (text: string) => void
  /** Somebody can answer a question: both ends are a terminal and this is no CI. */
  isInteractive: boolean
  /** Colours are welcome on standard output (NO_COLOR, terminal). */
  hasColor: boolean
  /** @throws SeaworthyError `SW-STOPPED` on Ctrl-C, when the command has ended. */
  run: (command: Command, options?: RunOptions) => Promise<CommandResult>
}

export const realContext = (): Context => {
  const { env, stdin, stdout, stderr } = process
  return {
    cwd: process.cwd(),
    env,
    out: (text) => void stdout.write(`${text}\n`),
    log: (text) => void stderr.write(`${text}\n`),
    draw: (text) => void stderr.write(text),
    isInteractive: Boolean(stdin.isTTY && stdout.isTTY && !env.CI),
    hasColor: Boolean(stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb'),
    run: interruptible(),
  }
}

/** Milliseconds after Ctrl-C within which the next command would be started, where none runs. */
const nextCommandMs = 2_000

/**
 * Once commands are run Ctrl-C ends the one that runs, or is about to; whoever has run it can put things right and say what
 * there is. Where none follows, and at the second Ctrl-C, this process dies of it as ever.
 */
const interruptible = (): Context['run'] => {
  let stop = new AbortController()
  let running = 0
  const onCtrlC = () => {
    stop.abort()
    const die = () => running === 0 && stop.signal.aborted && process.kill(process.pid, 'SIGINT')
    setTimeout(die, nextCommandMs).unref()
  }
  let listen = () => {
    process.once('SIGINT', onCtrlC)
    listen = () => {}
  }
  return async (command, options) => {
    listen()
    const { signal } = stop
    running += 1
    const result = signal.aborted ? null : await run(command, { ...options, stop: signal })
    running -= 1
    if (result && !signal.aborted) return result
    stop = new AbortController()
    throw interrupted()
  }
}
