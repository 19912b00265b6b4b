import { readFileSync } from 'node:fs'
import { killAll } from './kill-all.ts'
import type { Machine } from './machine.ts'
import { waitUntil } from './s3-server.ts'

/** Everything of a machine dies at once, its Litestream too. */
export const loseMachine = async (machine: Machine): Promise<void> => {
  await killAll(machine.pid)
  await machine.exited
}

/** Process ids of the machine's Litestream, its app, or a step's command, as they stand in its command line. */
export const childrenOf = ({ pid }: Pick<Machine, 'pid'>, word: string): number[] =>
  read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((child) => child !== '' && read(`/proc/${child}/cmdline`).split('\0').includes(word))
    .map(Number)

/** Sends a signal to the machine's Litestream, and gives its number. */
export const signalLitestream = async (machine: Machine, signal: NodeJS.Signals): Promise<number> => {
  await waitUntil(() => childrenOf(machine, 'replicate').length === 1)
  const [pid = 0] = childrenOf(machine, 'replicate')
  process.kill(pid, signal)
  return pid
}

/** Everything of a machine stands still, or goes on. */
export const signalAll = (machine: Machine, signal: 'SIGSTOP' | 'SIGCONT'): void => {
  const children = read(`/proc/${machine.pid}/task/${machine.pid}/children`).split(' ').filter(Boolean)
  for (const pid of [machine.pid, ...children.map(Number)]) process.kill(pid, signal)
}

/** Also of one that only its parent has not asked about yet. */
export const isGone = (pid: number): boolean => /^$|\) Z /.test(read(`/proc/${pid}/stat`))

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
