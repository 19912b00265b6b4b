import { type Command, type CommandResult, run } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'

export interface FakeContext extends Context {
  /** What went to standard output and standard error. */
  stdout: string[]
  stderr: string[]
  /** Commands that were run. */
  ran: Command[]
}

/** The outside world of a test: no terminal, and package managers that do nothing. */
export const fakeContext = (cwd: string, changes: Partial<Context> = {}): FakeContext => {
  const [stdout, stderr, ran]: [string[], string[], Command[]] = [[], [], []]
  return {
    cwd,
    env: {},
    out: (text) => void stdout.push(text),
    log: (text) => void stderr.push(text),
    draw: () => {},
    isInteractive: false,
    hasColor: false,
    run: (command): Promise<CommandResult> => {
      ran.push(command)
      return run({ file: 'true', args: [] })
    },
    ...changes,
    stdout,
    stderr,
    ran,
  }
}
