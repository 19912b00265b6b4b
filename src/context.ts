import { type Command, type CommandResult, type RunOptions, run } from './command.ts'

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
    run,
  }
}
