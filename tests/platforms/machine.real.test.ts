import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { SeaworthyError } from '../../src/errors.ts'
import { readLog } from '../../src/platforms/local/log.ts'
import { destroyMachine, stopMachine } from '../../src/platforms/local/machine.ts'
import { localPaths, makeLocalFolder, releaseFolder } from '../../src/platforms/local/paths.ts'
import { isAlive } from '../../src/platforms/local/process-tree.ts'
import { type MachineRecord, readRecord } from '../../src/platforms/local/record.ts'
import { runMachine } from '../../src/platforms/local/run-machine.ts'
import { freePort } from '../support/free-port.ts'
import { project } from '../support/project.ts'

const serves = (status: number) =>
  `require('node:http').createServer((_, answer) => answer.writeHead(${status}).end()).listen(process.env.PORT, '127.0.0.1')\n`

/** A machine whose start script is this text. */
const machineOf = async (script: string) => {
  const root = project({})
  const paths = localPaths(root)
  makeLocalFolder(paths)
  mkdirSync(releaseFolder(paths, 1), { recursive: true })
  writeFileSync(join(releaseFolder(paths, 1), 'start.cjs'), script)
  const port = await freePort()
  onTestFinished(() => destroyMachine(paths))
  const bucket = { kind: 'folder', location: paths.bucket } as const
  const job = { port, release: 1, words: ['start.cjs', 'an argument'], bucket }
  return {
    paths,
    url: `http://127.0.0.1:${port}`,
    run: (patienceMs?: number) => runMachine(root, paths, job, { PORT: String(port) }, patienceMs),
  }
}

const until = async (is: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 10_000; !is(); await sleep(20))
    if (Date.now() > deadline) throw new Error('it did not come to that')
}

const errorOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error) => error)

it.each([200, 302, 404])('counts status %i as an answer', async (status) => {
  const { run, paths } = await machineOf(serves(status))
  await run()
  expect(readRecord(paths)).toMatchObject({ state: 'started', exitCode: null, restarts: 0 })
})

it.each([
  ['exits with 3', 'console.log(process.argv[2]); process.exit(3)', 'SW-LOCAL-FAILED', 1, 'an argument'],
  ['throws', 'throw new Error("no mast")', 'SW-LOCAL-FAILED', 1, 'no mast'],
  [
    'reports a temporary error',
    'console.error("seaworthy lease     ERROR: failed: Held. [SW-LEASE-HELD]\\n  next: Wait."); process.exit(75)',
    'SW-LEASE-HELD',
    75,
    '',
  ],
])('tells of a start script that %s', async (_, script, code, exitCode, why) => {
  const { run, paths } = await machineOf(script)
  const error = await errorOf(run())
  if (!(error instanceof SeaworthyError)) throw error
  expect(error).toMatchObject({ code, exitCode })
  expect(error.why ?? '').toContain(why)
  expect(readRecord(paths)).toMatchObject({ state: 'failed', restarts: 0 })
})

it.each([
  ['answers with 500', serves(500), 'with status 500'],
  ['does not listen', 'setInterval(() => {}, 1000)', 'does not answer'],
])('tells of an app that %s, and lets it run', async (_, script, text) => {
  const { run, paths } = await machineOf(script)
  const error = await errorOf(run(500))
  expect(error).toMatchObject({ code: 'SW-LOCAL-NOT-ANSWERING', message: expect.stringContaining(text) })
  expect(readRecord(paths)).toMatchObject({ state: 'starting' })
})

it('starts an app that crashed again, and not one that ended well', async () => {
  const script = `${serves(200)}process.on('SIGUSR2', () => process.exit(4)); process.on('SIGUSR1', () => process.exit(0))`
  const { run, paths } = await machineOf(script)
  await run()
  const pidOf = (record: MachineRecord | null) => record?.startScript?.pid ?? 0
  process.kill(pidOf(readRecord(paths)), 'SIGUSR2')
  await until(() => readRecord(paths)?.state === 'starting')
  await until(() => readRecord(paths)?.state === 'started')
  expect(readRecord(paths)).toMatchObject({ exitCode: 4, restarts: 1 })
  expect(readLog(paths, 0)).toContain('restarting: the start script ended with exit code 4')
  process.kill(pidOf(readRecord(paths)), 'SIGUSR1')
  await until(() => readRecord(paths)?.state === 'stopped')
  expect(readRecord(paths)).toMatchObject({ exitCode: 0, startScript: null })
})

it('stops with SIGTERM and time to end', async () => {
  const script = `${serves(200)}process.on('SIGTERM', () => setTimeout(() => { console.log('fair winds'); process.exit(76) }, 300))`
  const { run, paths } = await machineOf(script)
  await run()
  expect(await stopMachine(paths)).toMatchObject({ state: 'stopped', exitCode: 76 })
  expect(readLog(paths, 0)).toContain('fair winds')
})

it('stops a start script that has outlived its supervisor', async () => {
  const { run, paths } = await machineOf(serves(200))
  await run()
  const { supervisor, startScript } = readRecord(paths) ?? {}
  process.kill(supervisor?.pid ?? 0, 'SIGKILL')
  expect(await stopMachine(paths)).toMatchObject({ state: 'stopped', startScript: null })
  expect(await isAlive(startScript ?? null)).toBe(false)
})

it('destroys without a warning, and remembers port and bucket', async () => {
  const script = `${serves(200)}process.on('SIGTERM', () => console.log('warned'))`
  const { run, paths, url } = await machineOf(script)
  await run()
  const { port, bucket } = readRecord(paths) ?? {}
  await destroyMachine(paths)
  expect(readRecord(paths)).toMatchObject({ state: 'destroyed', port, bucket })
  expect(readLog(paths, 0)).not.toContain('warned')
  expect(await errorOf(fetch(url))).toBeInstanceOf(TypeError)
})
