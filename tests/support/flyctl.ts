import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { buildSync } from 'esbuild'
import { onTestFinished } from 'vitest'
import { run } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { answer } from './flyctl/answer.ts'
import { newApp, newMachine, newVolume } from './flyctl/new-parts.ts'
import { type App, type Call, type Faults, files, readWorld, type World, writeWorld } from './flyctl/state.ts'

/** An account on Fly, and a program `fly` that works on it. */
export interface Account {
  folder: string
  /** Runs a command; one of flyctl's without a process of its own, which takes its time. */
  run: Context['run']
  /** Makes it a program, and gives what finds it: PATH, and where the account is. */
  env: () => Record<string, string>
  world: () => World
  change: (change: (world: World) => void) => void
  /** What is to go wrong from now on. */
  fail: (faults: Faults) => void
  calls: () => Call[]
  /** How often a command was called, e.g. `apps create`. */
  times: (command: string) => number
}

/** A new account, removed after the test. @param isRunning machines are processes that really run. */
export const account = ({ isRunning = false } = {}): Account => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-fly-'))
  onTestFinished(() => {
    for (const { machines } of Object.values(readWorld(folder).apps))
      for (const { pid } of machines) if (pid !== null) end(pid)
    rmSync(folder, { recursive: true, force: true })
  })
  const world: World = {
    ...{ isLoggedIn: true, version: '0.4.87', taken: ['taken'], apps: {} },
    orgs: { personal: 'Me' },
  }
  writeWorld(folder, world)
  const calls = (): Call[] =>
    existsSync(files(folder).calls)
      ? readFileSync(files(folder).calls, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : []
  return {
    folder,
    run: async (command, options) => {
      if (command.file !== 'fly') return run(command, options)
      const result = await answer([...command.args], {
        ...{ folder, isRunning },
        cwd: command.cwd ?? process.cwd(),
        readInput: () => options?.input ?? '',
      })
      options?.onOutput?.(result.stdout)
      return { ...result, signal: null, isTimedOut: false, isMissing: false }
    },
    env: () => {
      const file = join(folder, 'fly')
      writeFileSync(file, `#!/bin/sh\nexec ${process.execPath} ${program()} "$@"\n`)
      chmodSync(file, 0o755)
      return {
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        FLY_STANDIN: folder,
        FLY_STANDIN_MACHINES: isRunning ? 'run' : '',
      }
    },
    world: () => readWorld(folder),
    change: (change) => {
      const changed = readWorld(folder)
      change(changed)
      writeWorld(folder, changed)
    },
    fail: (faults) => writeFileSync(files(folder).faults, JSON.stringify(faults)),
    calls,
    times: (command) => calls().filter(({ argv }) => argv.join(' ').startsWith(command)).length,
  }
}

/** An app that was made by `fly launch`: one machine that runs, with or without a volume, and a bucket where it is said. */
export const launchedApp = ({ volume, bucket }: { volume: string | null; bucket: boolean }): App => {
  const data = volume === null ? null : newVolume(volume, 'iad', 3)
  const names = [
    'AWS_ACCESS_KEY_ID',
    'AWS_ENDPOINT_URL_S3',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'BUCKET_NAME',
  ]
  return {
    ...newApp('personal'),
    isDeployed: true,
    volumes: data ? [data] : [],
    machines: [{ ...newMachine(data, 'iad'), state: 'started', starts: 1 }],
    ...(bucket
      ? { bucket: 'old-bucket', secrets: Object.fromEntries(names.map((name) => [name, 'x'])) }
      : {}),
  }
}

const end = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

let built: string | null = null

/** The stand-in as one file of JavaScript, which starts at once. */
const program = (): string => {
  if (built) return built
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-flyctl-'))
  const outfile = join(folder, 'bin', 'flyctl.mjs')
  // What it has of our source looks for its version one folder above.
  writeFileSync(join(folder, 'package.json'), '{"version":"0.0.0"}')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'flyctl', 'main.ts')],
    outfile: `${outfile}.tmp`,
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
    mainFields: ['module', 'main'],
    external: ['@photostructure/sqlite', 'better-sqlite3', '@flydotio/*'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  })
  renameSync(`${outfile}.tmp`, outfile)
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  built = outfile
  return outfile
}
