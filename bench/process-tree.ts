import { readdirSync, readFileSync } from 'node:fs'

const pageBytes = 4096
const tickMs = 10

/** A process and all that it began, as far as their parents live. */
export const treeOf = (root: number): number[] => {
  const tree = [root]
  // It grows while it is walked.
  for (const pid of tree) tree.push(...childrenOf(pid))
  return tree
}

/** Resident memory in MB, shared pages counted in each process, as `ps` shows them. */
export const rssOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + Number(read(pid, 'statm').split(' ')[1] ?? 0) * pageBytes, 0) / 1e6

/** The same with each shared page counted once for all who share it: what the processes really take, in MB. */
export const pssOf = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) => sum + Number(/^Pss: +(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0) * 1024,
    0,
  ) / 1e6

/** Milliseconds of CPU, user and system, that a tree has used, with its children that have ended. */
export const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    // Fields 14 to 17 of stat; the name before them may hold blanks.
    const stat = read(pid, 'stat')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) * tickMs
  }, 0)

/** The process whose first argument is this, e.g. the app's own Node among the shells that started it. */
export const findByArgument = (pids: readonly number[], argument: string): number | undefined =>
  pids.find((pid) => read(pid, 'cmdline').split('\0')[1] === argument)

// A Go program forks from any of its threads.
const childrenOf = (pid: number): number[] =>
  threadsOf(pid).flatMap((thread) =>
    read(pid, `task/${thread}/children`)
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  )

const threadsOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

// It may have ended meanwhile.
const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
