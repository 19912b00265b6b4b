import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** A command as data: built anywhere, shown by `show`, started only here. Secrets go in `env`, never in `args`. */
export interface Command {
  file: string
  args: readonly string[]
  cwd?: string
  /** Added to the environment of this process; `undefined` takes a variable out. */
  env?: Record<string, string | undefined>
}

export interface CommandResult {
  /** The exit code; 128 + signal number when a signal ended it, 127 when it could not be started. */
  code: number
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  isTimedOut: boolean
  isMissing: boolean
}

export interface RunOptions {
  /** Milliseconds until the command is killed with SIGKILL. */
  timeoutMs?: number
  /** Text for its standard input, which is otherwise closed. */
  input?: string
  /** Called with each piece of output as it comes; it is collected all the same. */
  onOutput?: (text: string) => void
  /** Aborted by Ctrl-C, which a child in the same terminal gets too: one that goes on is ended. */
  stop?: AbortSignal
}

/** Milliseconds after Ctrl-C until a child that goes on is told by SIGTERM, and until it is killed. */
const patience = { interrupt: 2_000, terminate: 10_000 }

/** As one would type it: for the user's eyes only, never given to a shell. */
export const show = (command: Command): string => [command.file, ...command.args].map(quote).join(' ')

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Starts a command without a shell and gives the child; its environment is ours with the command's changes. */
export const start = (command: Command, options: SpawnOptions = {}): ChildProcess =>
  spawn(command.file, [...command.args], {
    ...options,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: environmentOf(command, options.env),
    shell: false,
  })

/** Runs a command to its end and never throws: a command that cannot be started has `isMissing`. */
export const run = (command: Command, options: RunOptions = {}): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = start(command, { stdio: ['pipe', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    let isTimedOut = false
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isTimedOut = true
            child.kill('SIGKILL')
          }, options.timeoutMs)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
        options.onOutput?.(text)
      })
    }
    if (options.stop) endAfter(options.stop, child)
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      resolve({
        ...output,
        stderr: error.message,
        code: 127,
        signal: null,
        isTimedOut,
        isMissing: error.code === 'ENOENT',
      })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ ...output, code: exitCodeOf(code, signal), signal, isTimedOut, isMissing: false })
    })
  })

const endAfter = (stop: AbortSignal, child: ChildProcess): void => {
  const timers: NodeJS.Timeout[] = []
  const end = () => {
    timers.push(setTimeout(() => child.kill('SIGTERM'), patience.interrupt))
    timers.push(setTimeout(() => child.kill('SIGKILL'), patience.terminate))
  }
  stop.addEventListener('abort', end, { once: true })
  child.on('exit', () => {
    stop.removeEventListener('abort', end)
    for (const timer of timers) clearTimeout(timer)
    // What it has started may hold its output open.
    if (stop.aborted) for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  })
}

/** Whether a child goes on, as far as this process has heard. */
export const isRunning = (child: ChildProcess | null): child is ChildProcess =>
  child !== null && child.exitCode === null && child.signalCode === null

/** The exit code that a shell would report: 128 + signal number for a process that a signal ended. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal ? (signalNumbers[signal] ?? 0) : 0)

// Not from node:os, whose table differs by platform: these are what containers and shells report.
const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
}

/** The environment that a command is started in. */
export const environmentOf = (
  { env: changes = {} }: Command,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv => {
  const env = { ...base, ...changes }
  for (const name of Object.keys(env)) if (env[name] === undefined) delete env[name]
  return env
}
