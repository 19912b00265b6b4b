import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, type Log } from '../../boot/log.ts'
import { exitCodeOf, start } from '../../command.ts'
import { probe, urlOf } from './address.ts'
import { type LocalPaths, localPaths, releaseFolder } from './paths.ts'
import { identify } from './process-tree.ts'
import { type MachineJob, type MachineRecord, writeRecord } from './record.ts'

// A failure after the app has answered is tried again after 1 s, 2 s, 4 s, … and at last given up.
const longestPauseMs = 30_000
const mostFailuresInARow = 10

const probeEveryMs = 20

/** Runs the start script, and again after a failure, until it ends well or is told to stop. */
class Supervisor {
  readonly #paths: LocalPaths
  readonly #log: Log
  readonly #stopping = new AbortController()
  #record: MachineRecord
  #startScript: ChildProcess | null = null
  #hasAnswered = false
  #failures = 0

  constructor(paths: LocalPaths, job: MachineJob, log: Log) {
    const startedAt = new Date().toISOString()
    this.#paths = paths
    this.#log = log
    this.#record = { ...job, ...unstarted, startedAt }
  }

  async run(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.#stop())
    this.#note({ supervisor: await identify(process.pid) })
    while (!this.#isStopping) {
      const exitCode = await this.#runStartScript()
      this.#note({ startScript: null, exitCode })
      if (exitCode === 0 || this.#isStopping) break
      this.#failures += 1
      if (!this.#hasAnswered || this.#failures > mostFailuresInARow) return this.#note({ state: 'failed' })
      await this.#pause(exitCode)
    }
    this.#note({ state: 'stopped' })
  }

  async #runStartScript(): Promise<number> {
    const { words, release } = this.#record
    const command = { file: process.execPath, args: words, cwd: releaseFolder(this.#paths, release) }
    const child = start(command, { stdio: 'inherit' })
    const ended = once(child, 'exit')
    const watching = new AbortController()
    this.#startScript = child
    this.#note({ state: 'starting', startScript: await identify(child.pid) })
    this.#watch(watching.signal)
    await ended
    watching.abort()
    return exitCodeOf(child.exitCode, child.signalCode)
  }

  async #watch(ended: AbortSignal): Promise<void> {
    for (; !ended.aborted; await sleep(probeEveryMs)) {
      const status = await probe(urlOf(this.#record.port), 5_000)
      if (ended.aborted || status === null || status >= 500) continue
      this.#hasAnswered = true
      this.#failures = 0
      return this.#note({ state: 'started' })
    }
  }

  async #pause(exitCode: number): Promise<void> {
    const ms = Math.min(1_000 * 2 ** (this.#failures - 1), longestPauseMs)
    const text = `the start script ended with exit code ${exitCode}; it is started again in ${ms / 1000} s`
    this.#log({ level: 'error', step: 'machine', outcome: 'restarting', text })
    this.#note({ state: 'starting', restarts: this.#record.restarts + 1 })
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  #stop(): void {
    this.#stopping.abort()
    this.#startScript?.kill('SIGTERM')
  }

  #note(changes: Partial<MachineRecord>): void {
    this.#record = { ...this.#record, ...changes }
    writeRecord(this.#paths, this.#record)
  }
}

const unstarted = {
  version: 1,
  state: 'starting',
  supervisor: null,
  startScript: null,
  exitCode: null,
  restarts: 0,
} as const

const [, , root = '', job = ''] = process.argv
const format = process.env.SEAWORTHY_LOG === 'json' ? 'json' : 'text'
const log = createLog(format, (line) => process.stderr.write(line))
await new Supervisor(localPaths(root), JSON.parse(job), log).run()
