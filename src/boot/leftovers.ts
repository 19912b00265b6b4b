import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '../command.ts'
import { systemCode } from '../errors.ts'

interface Running {
  pid: number
  /** When it began, as the system tells it: with the pid it names one process for good. */
  began: string
}

/**
 * Processes that this start began, noted on the volume. A start that was killed leaves its app and its Litestream
 * running where nothing else ends them; the next one has the volume's lock, so that these can only be leftovers.
 */
export interface RunningProcesses {
  note(pid: number): Promise<void>
  /** Ends what an earlier start left behind; gives how many there were. */
  endLeftovers(): Promise<number>
  clear(): void
}

export const runningProcesses = (state: string): RunningProcesses => {
  const file = join(state, 'running.json')
  let noted: Running[] = []
  return {
    note: async (pid) => {
      const began = await beginningOf(pid)
      if (began === null) return
      noted = [...noted, { pid, began }]
      writeFileSync(file, JSON.stringify(noted))
    },
    endLeftovers: async () => {
      const leftovers: Running[] = []
      for (const each of readNoted(file))
        if ((await beginningOf(each.pid)) === each.began) leftovers.push(each)
      for (const { pid } of leftovers) killGroup(pid, 'SIGKILL')
      for (const each of leftovers) while ((await beginningOf(each.pid)) === each.began) await sleep(10)
      return leftovers.length
    },
    clear: () => rmSync(file, { force: true }),
  }
}

/** Signals a process that leads a group, and the group with it. */
export const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal)
      return
    } catch (error) {
      if (systemCode(error) !== 'ESRCH') throw error
    }
  }
}

const readNoted = (file: string): Running[] => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}

// Field 22 of stat is the start time in clock ticks since boot; the name before it may hold blanks and parentheses.
export const beginningOf = async (pid: number): Promise<string | null> => {
  if (process.platform !== 'linux') {
    const { code, stdout } = await run({ file: 'ps', args: ['-o', 'lstart=', '-p', String(pid)] })
    return code === 0 ? stdout.trim() : null
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
