import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, exitCodeOf } from '../src/command.ts'
import { cpuOf, rssOf, treeOf } from './process-tree.ts'

/** A started contender: what a host would run as its one main process. */
export interface Machine {
  readonly pid: number
  /** All that it has printed. */
  output(): string
  /** Until the app's health check was answered with 200. */
  ready(): Promise<Answered>
  /** Until it has ended by itself; milliseconds since the start. */
  ended(): Promise<number>
  /** Samples the memory of the whole tree every 10 ms; gives the peak in MB so far. */
  watchMemory(): () => number
  /** As a host stops a machine: SIGTERM to the main process, 10 s, then everything that is left is killed. */
  stop(): Promise<number>
  /** Everything dies at once. */
  kill(): Promise<void>
}

export interface Answered {
  /** Milliseconds since the start. */
  wall: number
  /** Milliseconds of CPU of the whole tree. */
  cpu: number
}

const pollMs = 2
const sampleMs = 10
const patienceMs = 60_000
const graceMs = 10_000

export const startMachine = (command: Command, logFile: string, port: number): Machine => {
  const log = openSync(logFile, 'w')
  const began = performance.now()
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = exitOf(child)
  const pid = child.pid ?? 0
  const output = () => readFileSync(logFile, 'utf8')
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const since = () => performance.now() - began
  const killAll = (tree: number[]) => {
    for (const each of [...tree, -pid]) signal(each, 'SIGKILL')
  }
  return {
    pid,
    output,
    ready: async () => {
      while (!((await isOpen(port)) && (await answers(port)))) {
        if (hasEnded() || since() > patienceMs) {
          killAll(treeOf(pid))
          throw new Error(`It never answered:\n${output()}`)
        }
        await sleep(pollMs)
      }
      return { wall: since(), cpu: cpuOf(treeOf(pid)) }
    },
    ended: async () => {
      const code = await exited
      if (code !== 0) throw new Error(`It ended with exit code ${code}:\n${output()}`)
      return since()
    },
    watchMemory: () => {
      let peak = 0
      const timer = setInterval(() => {
        peak = Math.max(peak, rssOf(treeOf(pid)))
      }, sampleMs)
      exited.then(() => clearInterval(timer))
      return () => peak
    },
    stop: async () => {
      const tree = treeOf(pid)
      signal(pid, 'SIGTERM')
      const timeUp = sleep(graceMs, undefined, { ref: false })
      await Promise.race([exited, timeUp])
      killAll(tree)
      return exited
    },
    kill: async () => {
      killAll(treeOf(pid))
      await exited
    },
  }
}

const exitOf = async (child: ChildProcess): Promise<number> => {
  await once(child, 'exit')
  return exitCodeOf(child.exitCode, child.signalCode)
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}

// Costs the machine a good deal less than a request that nobody answers.
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    const socket = connect(port, '127.0.0.1', () => end(true)).on('error', () => end(false))
  })

/** Whether the app's health check, which asks its database, says that all is well. */
export const answers = (port: number, timeoutMs = 2_000): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/healthz', agent: false, timeout: timeoutMs }
    const request = get(options, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
