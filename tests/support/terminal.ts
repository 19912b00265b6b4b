import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'

/** A terminal needs python3, whose standard library has pseudo-terminals; null says that it is there. */
export const whyNoTerminal = (): string | null =>
  spawnSync('python3', ['-c', 'import pty']).status === 0
    ? null
    : 'there is no python3 to open a terminal with'

/** A program in a terminal of its own, and somebody who reads and types. */
export interface Terminal {
  /** Waits until the text stands there, after what was typed last. */
  shows(text: string): Promise<void>
  type(keys: string): void
  /** Its exit code, when it has ended. */
  end(): Promise<number>
}

export const keys = { enter: '\r', down: '\u001b[B', ctrlC: '\u0003' }

/** Answers the question that has this in it, when it is asked. */
export const say = async (terminal: Terminal, question: string, answer: 'y' | 'n'): Promise<void> => {
  await asks(terminal, question)
  terminal.type(answer)
}

/** Waits until that question can be answered with yes or no. */
export const asks = async (terminal: Terminal, question: string): Promise<void> => {
  await terminal.shows(question)
  await terminal.shows('● No')
}

/** Types a text where that is asked for, and Enter. */
export const answers = async (terminal: Terminal, question: string, text: string): Promise<void> => {
  await terminal.shows(`◆  ${question}`)
  terminal.type(`${text}${keys.enter}`)
}

/** Goes down to the option, each key typed when the one before it is seen, and takes it. */
export const choose = async (terminal: Terminal, [first = '', ...below]: string[]): Promise<void> => {
  await terminal.shows(`● ${first}`)
  for (const each of below) {
    terminal.type(keys.down)
    await terminal.shows(`● ${each}`)
  }
  terminal.type(keys.enter)
}

const patienceMs = 30_000

const python = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

/** Starts `node args…` in a terminal of 50 lines by 120 columns. */
export const inTerminal = (args: string[], cwd: string, changes: Record<string, string> = {}): Terminal => {
  const sized = ['sh', '-c', 'stty rows 50 cols 120; exec "$@"', 'sh', process.execPath, ...args]
  const { CI: _ci, ...env } = process.env
  const child = spawn('python3', ['-c', python, ...sized], {
    cwd,
    env: { ...env, NO_COLOR: '1', TERM: 'xterm', ...changes },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)))
  onTestFinished(() => void child.kill())
  const screen = screenOf(child)
  return {
    shows: (text) => screen.until(text),
    type: (typed) => {
      screen.forget()
      child.stdin.write(typed)
    },
    end: () => ended,
  }
}

const screenOf = ({ stdout }: ChildProcess) => {
  let text = ''
  let look = (): void => {}
  stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += stripVTControlCharacters(piece)
    look()
  })
  return {
    forget: () => {
      text = ''
    },
    until: (wanted: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never showed ${wanted}, but:\n${text}`)), patienceMs)
        look = () => {
          if (!text.includes(wanted)) return
          clearTimeout(timer)
          look = () => {}
          resolve()
        }
        look()
      }),
  }
}
