import type { ChildProcess } from 'node:child_process'
import { exitCodeOf } from '../../src/command.ts'

/** What a child printed, whether it runs, and how it ended. */
export const supervise = (
  child: ChildProcess,
): { output: () => string; isRunning: () => boolean; exited: Promise<number> } => {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const exited = new Promise<number>((resolve) =>
    child.on('close', (code, signal) => resolve(exitCodeOf(code, signal))),
  )
  return {
    output: () => output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    exited,
  }
}
