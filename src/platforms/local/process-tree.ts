import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pidtree from 'pidtree'
import { beginningOf, parentOf } from '../../boot/processes.ts'
import { systemCode } from '../../errors.ts'

/** One process for good: its number may be given to another one later. */
export interface ProcessId {
  pid: number
  began: string
}

export const identify = async (pid: number | undefined): Promise<ProcessId | null> => {
  const began = pid === undefined ? null : await beginningOf(pid)
  return pid === undefined || began === null ? null : { pid, began }
}

export const isAlive = async (id: ProcessId | null): Promise<boolean> =>
  id !== null && (await beginningOf(id.pid)) === id.began

/** Waits for its end; false when that did not come in time. */
export const hasEnded = async (id: ProcessId, timeoutMs: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs
  while (await isAlive(id)) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}

/**
 * Kills a process and all that it began, in whatever process groups, without a chance to react: all are halted first,
 * so that none of them sees another one die, or starts a new one.
 */
export const killTree = async (root: ProcessId): Promise<void> => {
  const halted = new Set<number>()
  for (let fresh = [root.pid]; fresh.length > 0; ) {
    for (const pid of fresh) {
      signal(pid, 'SIGSTOP')
      halted.add(pid)
    }
    fresh = (await descendantsOf(root.pid)).filter((pid) => !halted.has(pid))
  }
  const ids = await Promise.all([...halted].map(identify))
  for (const pid of halted) signal(pid, 'SIGKILL')
  for (const id of ids) if (id !== null) await hasEnded(id, 5_000)
}

export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}

// Slim container images have no `ps`, which is what the library asks.
const descendantsOf = async (pid: number): Promise<number[]> =>
  process.platform === 'linux' ? below(pid, childrenByParent()) : pidtree(pid)

const below = (pid: number, children: Map<number, number[]>): number[] =>
  (children.get(pid) ?? []).flatMap((child) => [child, ...below(child, children)])

const childrenByParent = (): Map<number, number[]> => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const pid = Number(name)
    const parent = parentOf(pid)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  return children
}
