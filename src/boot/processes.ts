import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command.ts'

/** When a process began: with its number that names it for good. Null for one that is not there, or has ended. */
export const beginningOf = async (pid: number): Promise<string | null> => {
  if (process.platform !== 'linux') {
    const { code, stdout } = await run({ file: 'ps', args: ['-o', 'lstart=', '-p', String(pid)] })
    return code === 0 ? stdout.trim() : null
  }
  // Field 22 of stat is the start time in clock ticks since boot.
  const fields = statOf(pid)
  return fields[0] === 'Z' || fields[19] === undefined ? null : `${bootId()} ${fields[19]}`
}

/** On Linux; 0 for a process that is not there, or has none. */
export const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0)

/** On Linux: the process that leads its group; 0 for one that is not there. */
export const groupOf = (pid: number): number => Number(statOf(pid)[2] ?? 0)

/**
 * Whether a process of this group has the file open, by whatever path; null where the system does not tell.
 *
 * @param leader of the group.
 */
export const hasOpened = (leader: number, file: string): boolean | null => {
  if (process.platform !== 'linux') return null
  const wanted = statSync(file, { throwIfNoEntry: false })
  if (wanted === undefined) return false
  const isIt = (path: string): boolean => {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.ino === wanted.ino && found.dev === wanted.dev
  }
  try {
    const group = processIds().filter((pid) => groupOf(pid) === leader)
    const folders = group.map((pid) => `/proc/${pid}/fd`)
    return folders.some((folder) => readdirSync(folder).some((handle) => isIt(join(folder, handle))))
  } catch {
    return null
  }
}

/** On Linux: of all that run. */
export const processIds = (): number[] => readdirSync('/proc').map(Number).filter(Number.isInteger)

/** On Linux: it has ended, and nobody has asked how. */
export const isZombie = (pid: number): boolean => statOf(pid)[0] === 'Z'

// Fields of stat from the third on, the state; none for a process that is not there. The name before them may hold blanks
// and parentheses.
const statOf = (pid: number): string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

// Ticks alone would name a stranger's process after the computer itself has started again.
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
