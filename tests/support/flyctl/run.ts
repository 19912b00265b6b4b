import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { killAll } from '../kill-all.ts'
import type { Machine } from './state.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const volumeFolder = (folder: string, id: string): string => join(folder, 'volumes', id)
export const bucketFolder = (folder: string, name: string): string => join(folder, 'buckets', name)

/** Starts the release in a process that outlives this one, and waits until it answers. */
export const startMachine = async (folder: string, machine: Machine): Promise<void> => {
  const { release } = machine
  machine.starts += 1
  machine.state = 'started'
  if (!release) return
  mkdirSync(release.env.SEAWORTHY_VOLUME ?? '', { recursive: true })
  if (release.env.SEAWORTHY_BUCKET_DIR) mkdirSync(release.env.SEAWORTHY_BUCKET_DIR, { recursive: true })
  const log = openSync(join(folder, 'machines', `${machine.id}.log`), 'a')
  const child = spawn(process.execPath, release.words, {
    cwd: release.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...passed(), ...release.env },
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  machine.pid = child.pid ?? null
  // Written down at once: the world is only when the command has ended well.
  writeFileSync(join(folder, 'machines', `${machine.pid}.pid`), '')
  for (let left = 600; left > 0 && child.exitCode === null; left -= 1) {
    if (await isAnswering(release.port)) return
    await sleep(100)
  }
  throw new Error(`smoke checks for ${machine.id} failed: the app did not answer\n${logOf(folder, machine)}`)
}

export const stopMachine = async (machine: Machine, signal: NodeJS.Signals): Promise<void> => {
  machine.state = 'stopped'
  if (machine.pid === null) return
  if (signal !== 'SIGKILL') {
    end(machine.pid, signal)
    for (let left = 600; left > 0 && isRunning(machine.pid); left -= 1) await sleep(100)
  }
  await killAll(machine.pid)
  machine.pid = null
}

/** Ends every machine that was ever started and runs still. */
export const killMachines = async (folder: string): Promise<void> => {
  const machines = join(folder, 'machines')
  const names = existsSync(machines) ? readdirSync(machines) : []
  for (const [, pid] of names.map((name) => /^(\d+)\.pid$/.exec(name) ?? []))
    if (pid) await killAll(Number(pid))
}

/** What `cat` of its status prints. */
export const readStatus = (machine: Machine): string | null => {
  const file = join(machine.release?.env.SEAWORTHY_VOLUME ?? '/nowhere', '.seaworthy', 'status.json')
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

const passed = (): Record<string, string | undefined> => ({
  SEAWORTHY_LITESTREAM: process.env.SEAWORTHY_LITESTREAM,
  SEAWORTHY_LOG: process.env.SEAWORTHY_LOG,
})

const end = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

const isRunning = (pid: number): boolean => {
  try {
    // A process that nobody has waited for is no running one.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const isAnswering = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })).status < 500
  } catch {
    return false
  }
}

const logOf = (folder: string, { id }: Machine): string =>
  readFileSync(join(folder, 'machines', `${id}.log`), 'utf8').slice(-2_000)
