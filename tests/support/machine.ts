import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { machineOf } from '../../src/boot/identity.ts'
import { runningProcesses } from '../../src/boot/leftovers.ts'
import { freePort } from './free-port.ts'
import { litestreams } from './litestreams.ts'
import { waitUntil } from './s3-server.ts'

/** A host for one app: its image (a copy of tests/fixtures/app), its volume and its bucket folder. */
export interface Host {
  image: string
  volume: string
  bucketDir: string
  port: number
  /** Starts the app's start script, as a container would; `through` is what starts it, e.g. `['setpriv', …]`. */
  start(env?: Record<string, string | undefined>, words?: string[], through?: string[]): Machine
  /** The volume is lost, and an empty one is put in its place. */
  loseVolume(): void
}

export interface LogLine {
  level: string
  step: string
  outcome: string
  code?: string
  text?: string
  [detail: string]: unknown
}

export interface Machine {
  pid: number
  log: LogLine[]
  /** All that it printed, both streams. */
  output(): string
  outcome(step: string): string | undefined
  /** The `SW-` codes that it logged. */
  codes(): string[]
  /** Resolves when the step has logged something. */
  reached(step: string): Promise<void>
  /** Resolves when the app answers. */
  ready(): Promise<void>
  add(text: string): Promise<number>
  rows(): Promise<string[]>
  /** Sends the signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number>
  /** Everything dies at once, as when a host is lost. */
  kill(): Promise<void>
  readonly exited: Promise<number>
}

// The version that an app gets unless it chooses another, whatever this machine has on PATH.
const defaultLitestream = litestreams[0]?.path

const repository = join(import.meta.dirname, '..', '..')

export const newHost = async (): Promise<Host> => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-host-')))
  const machines: Machine[] = []
  onTestFinished(async () => {
    for (const machine of machines) await machine.kill()
    rmSync(root, { recursive: true, force: true })
  })
  const image = join(root, 'image')
  const volume = join(root, 'volume')
  const bucketDir = join(root, 'bucket')
  cpSync(join(repository, 'tests/fixtures/app'), image, { recursive: true })
  mkdirSync(join(image, 'node_modules'))
  symlinkSync(repository, join(image, 'node_modules', 'seaworthy'))
  mkdirSync(volume)
  mkdirSync(bucketDir)
  const port = await freePort()
  return {
    image,
    volume,
    bucketDir,
    port,
    start: (env = {}, words = ['npm', 'run', 'start'], through = []) => {
      const surroundings = {
        SEAWORTHY_VOLUME: volume,
        SEAWORTHY_BUCKET_DIR: bucketDir,
        SEAWORTHY_LEASE_TTL: '2',
        SEAWORTHY_LOG: 'json',
        SEAWORTHY_LITESTREAM: defaultLitestream,
        PORT: String(port),
        ...env,
      }
      const machine = startMachine(port, surroundings, [
        ...through,
        process.execPath,
        join(image, 'start.js'),
        ...words,
      ])
      machines.push(machine)
      return machine
    },
    loseVolume: () => {
      rmSync(volume, { recursive: true })
      mkdirSync(volume)
    },
  }
}

const startMachine = (
  port: number,
  surroundings: Record<string, string | undefined>,
  [file = '', ...args]: string[],
): Machine => {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, AWS_CA_BUNDLE: '/nowhere', ...surroundings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: LogLine[] = []
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output += `${line}\n`
      if (line.startsWith('{"time"')) log.push(JSON.parse(line))
    })
  }
  const exited = new Promise<number>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : -1))),
  )
  const url = `http://127.0.0.1:${port}/rows`
  const isRunning = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid ?? 0,
    log,
    output: () => output,
    outcome: (step) => log.findLast((line) => line.step === step)?.outcome,
    codes: () => log.flatMap(({ code }) => code ?? []),
    reached: (step) => waitUntil(() => log.some((line) => line.step === step)),
    ready: async () => {
      const isLaunched = () => log.some(({ outcome }) => outcome === 'launched')
      await waitUntil(async () => !isRunning() || (isLaunched() && (await fetch(url)).ok)).catch(() => {})
      if (!isRunning() || !isLaunched()) throw new Error(`the machine did not get ready:\n${output}`)
    },
    add: async (text) => (await fetch(url, { method: 'POST', body: text })).status,
    rows: async () => (await fetch(url)).json() as Promise<string[]>,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exited
    },
    kill: () => killAll(child, surroundings),
    exited,
  }
}

const killAll = async (child: ChildProcess, env: NodeJS.ProcessEnv): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const state = join(env.SEAWORTHY_VOLUME ?? '', '.seaworthy')
  if (!existsSync(join(state, 'lock.db'))) return
  await runningProcesses(state, machineOf(state, env)).endLeftovers()
}
