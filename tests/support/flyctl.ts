import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { buildSync } from 'esbuild'
import { onTestFinished } from 'vitest'
import { run } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { answer } from './flyctl/answer.ts'
import { newApp, newMachine, newVolume } from './flyctl/new-parts.ts'
import { killMachines } from './flyctl/run.ts'
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
  /** Process id of the program that hangs. */
  hanging: () => number
  /** How often a command was called, e.g. `apps create`. */
  times: (command: string) => number
}

/** A new account, removed after the test. @param isRunning machines are processes that really run. */
export const account = ({ isRunning = false } = {}): Account => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-fly-'))
  onTestFinished(async () => {
    await killMachines(folder)
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
      writeFileSync(file, `#!/bin/sh\nexec ${process.execPath} ${programIn(folder)} "$@"\n`)
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
    hanging: () =>
      existsSync(files(folder).hanging) ? Number(readFileSync(files(folder).hanging, 'utf8')) : 0,
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

/** The stand-in as one file of JavaScript, which starts at once. */
const programIn = (folder: string): string => {
  const outfile = join(folder, 'program', 'bin', 'flyctl.mjs')
  if (existsSync(outfile)) return outfile
  mkdirSync(join(folder, 'program'))
  // What it has of our source looks for its version one folder above.
  writeFileSync(join(folder, 'program', 'package.json'), '{"version":"0.0.0"}')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'flyctl', 'main.ts')],
    outfile,
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
    mainFields: ['module', 'main'],
    external: ['@photostructure/sqlite', 'better-sqlite3', '@flydotio/*'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  })
  return outfile
}
