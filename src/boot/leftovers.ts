import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../errors.ts'
import { beginningOf, groupOf, parentOf, processIds } from './processes.ts'

interface Running {
  pid: number
  /** When it began, as the system tells it: with the pid it names one process for good. */
  began: string
}

/**
 * Processes that this start began, noted on the volume. A start that was killed leaves its app and its Litestream
 * running where nothing else ends them; the next one has the volume's lock, so that these can only be leftovers. A start
 * that begins beside another notes its own in a second file.
 */
export interface RunningProcesses {
  /** What tells a process of this start, in its environment: `begin` gives it to all, before that it is to be given. */
  readonly mark: Readonly<Record<string, string>>
  note(pid: number): Promise<void>
  /** Ends what starts other than this one left behind, all of which are dead; gives how many there were. */
  endLeftovers(): Promise<number>
  /** From here on all that this process starts can be found by a later start, noted or not. */
  begin(isBeside?: boolean): void
  /** The start that it began beside has let go: from here on this one holds the volume. */
  hold(): void
  /** The app has ended: ends what it started and let go of, a daemon for instance, which would write behind its back. */
  endStrays(): Promise<void>
  /** A clean end: there are no leftovers. */
  clear(): void
}

/** @param machine tells this volume from a copy of it, whose processes are not ours to end. */
export const runningProcesses = (state: string, machine: string): RunningProcesses => {
  const holders = join(state, 'running.json')
  const successors = join(state, 'running.next.json')
  const me = `${machine}.${randomUUID()}`
  let file = holders
  let processes: Running[] = []
  const isOurs = (each: Running) => processes.some(({ pid }) => pid === each.pid)
  const mark = { [marker]: me }
  return {
    mark,
    note: async (pid) => {
      const began = await beginningOf(pid)
      if (began === null) return
      processes = [...processes, { pid, began }]
      writeNoted(file, { machine, processes })
    },
    endLeftovers: async () => {
      const files = [holders, successors].filter((each) => existsSync(each))
      if (files.length === 0) return 0
      const noted = files.flatMap((each) => readNoted(each, machine))
      const leftovers = await stillRunning(noted.filter((each) => !isOurs(each)))
      const isTheirs = (mark: string, pid: number) =>
        mark.startsWith(machine) && mark !== me && !isOfLivingStart(pid)
      leftovers.push(...(await markedProcesses(isTheirs, [...leftovers, ...processes])))
      await endAll(leftovers)
      for (const each of files) if (each !== file) rmSync(each, { force: true })
      return leftovers.length
    },
    begin: (isBeside = false) => {
      file = isBeside ? successors : holders
      writeNoted(file, { machine, processes })
      Object.assign(process.env, mark)
    },
    hold: () => {
      file = holders
      writeNoted(file, { machine, processes })
      rmSync(successors, { force: true })
    },
    endStrays: async () => {
      // A wrapper's Litestream is in its group, and has its final sync before it.
      const leaders = (await stillRunning(processes)).map(({ pid }) => pid)
      const isStray = (mark: string, pid: number) => mark === me && !leaders.includes(groupOf(pid))
      // What they fork while they are looked for is found at the next look.
      for (let look = 0; look < 5; look++) {
        const strays = await markedProcesses(isStray, processes)
        if (strays.length === 0) return
        await endAll(strays)
      }
    },
    clear: () => rmSync(file, { force: true }),
  }
}

const stillRunning = async (processes: readonly Running[]): Promise<Running[]> => {
  const began = await Promise.all(processes.map(({ pid }) => beginningOf(pid)))
  return processes.filter((each, index) => began[index] === each.began)
}

const endAll = async (processes: readonly Running[]): Promise<void> => {
  for (const { pid } of processes) killGroup(pid, 'SIGKILL')
  while ((await stillRunning(processes)).length > 0) await sleep(10)
}

/** A variable that all children of a start inherit: it tells those that were begun and not yet noted when it was killed. */
const marker = 'SEAWORTHY_RUN'

const markedProcesses = async (
  isWanted: (mark: string, pid: number) => boolean,
  known: readonly Running[],
): Promise<Running[]> => {
  if (process.platform !== 'linux') return []
  // Not this start itself, which a shell of the app may have begun.
  const own = lineOf(process.pid)
  const pids = processIds().filter((pid) => !own.includes(pid))
  const marked = pids.filter((pid) => !known.some((each) => each.pid === pid) && isWanted(markOf(pid), pid))
  const running = await Promise.all(marked.map(async (pid) => ({ pid, began: await beginningOf(pid) })))
  return running.filter((each): each is Running => each.began !== null)
}

/** A process, its parent, and so on up. */
const lineOf = (pid: number): number[] => {
  const parent = parentOf(pid)
  return parent > 0 ? [pid, ...lineOf(parent)] : [pid]
}

const markOf = (pid: number): string => variableOf(pid, marker) ?? ''

// A start that waits for the volume has its app's process already (held-app.ts); the process of a dead one has lost its parent.
const isOfLivingStart = (pid: number): boolean =>
  variableOf(pid, 'SEAWORTHY_GATE') !== undefined && parentOf(pid) > 1 && parentOf(pid) !== process.pid

const variableOf = (pid: number, name: string): string | undefined => {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return variables.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
  } catch {
    return undefined
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

interface Noted {
  machine: string
  processes: readonly Running[]
}

// A full disk must not keep an app or a restore from running.
const writeNoted = (file: string, noted: Noted): void => {
  try {
    writeFileSync(`${file}.tmp`, JSON.stringify(noted))
    renameSync(`${file}.tmp`, file)
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error
  }
}

const readNoted = (file: string, machine: string): readonly Running[] => {
  try {
    const noted: Noted = JSON.parse(readFileSync(file, 'utf8'))
    return noted.machine === machine ? noted.processes : []
  } catch {
    return []
  }
}
