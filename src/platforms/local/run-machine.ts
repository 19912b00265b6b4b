import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeaworthyError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'
import { probe, urlOf } from './address.ts'
import { logSize, readLog } from './log.ts'
import { startMachine } from './machine.ts'
import type { LocalPaths } from './paths.ts'
import { type MachineJob, type MachineRecord, readRecord } from './record.ts'
import { startError } from './start-error.ts'

const pollMs = 20
const lookEveryMs = 1_000

/**
 * Starts a machine and waits until it answers.
 *
 * @throws SeaworthyError the start script's own; `SW-LOCAL-FAILED` when the app ended, `SW-LOCAL-NOT-ANSWERING` when it
 * runs and gives no answer.
 * @param patienceMs milliseconds without an answer and without a step of the start script.
 */
export const runMachine = async (
  root: string,
  paths: LocalPaths,
  job: MachineJob,
  env: NodeJS.ProcessEnv,
  patienceMs = 90_000,
): Promise<void> => {
  const from = logSize(paths)
  const supervisor = startMachine(root, paths, job, env)
  const output = () => readLog(paths, from)
  const isOver = patience(output, patienceMs)
  for (;;) {
    const record = recordOf(supervisor, paths)
    if (record?.state === 'started') return
    if (record?.state === 'failed' || record?.state === 'stopped') throw failed(record, output())
    if (supervisor.exitCode !== null || supervisor.signalCode !== null) throw failed(record, output())
    if (isOver()) throw await notAnswering(job, output())
    await sleep(pollMs)
  }
}

/** Over when the start script has taken no further step for so long, and does not wait for a lease. */
const patience = (output: () => string, ms: number): (() => boolean) => {
  let [step, since, looked] = ['', Date.now(), 0]
  return () => {
    if (Date.now() - looked < lookEveryMs) return false
    looked = Date.now()
    const newest = lastStep(output())
    if (newest !== step || /\bwaiting\b/.test(newest)) [step, since] = [newest, looked]
    return looked - since > ms
  }
}

/** The record, once it is this supervisor's and not the last one's. */
const recordOf = ({ pid }: ChildProcess, paths: LocalPaths): MachineRecord | null => {
  const record = readRecord(paths)
  return record?.supervisor?.pid === pid ? record : null
}

const lastStep = (log: string): string =>
  log
    .split('\n')
    .filter((line) => /^(seaworthy |\{"time":)/.test(line))
    .at(-1) ?? ''

const failed = (record: MachineRecord | null, log: string): SeaworthyError =>
  startError(log, record?.exitCode ?? null) ??
  new SeaworthyError({
    code: 'SW-LOCAL-FAILED',
    what: `The app ended before it answered${record === null ? '' : `, with exit code ${record.exitCode}`}.`,
    why: lastLines(log, 12) || 'It said nothing.',
    next: 'Correct it and deploy again; all that it said: npx seaworthy local logs',
  })

const notAnswering = async ({ port }: MachineJob, log: string): Promise<SeaworthyError> => {
  const url = urlOf(port)
  const status = await probe(url, 5_000)
  return new SeaworthyError({
    code: 'SW-LOCAL-NOT-ANSWERING',
    what: `The app runs, but ${status === null ? `does not answer at ${url}` : `answers ${url}/ with status ${status}`}.`,
    why: `It must listen on the port in PORT. Its last lines:\n        ${lastLines(log, 8)}`,
    next: 'It goes on running: npx seaworthy local logs --follow shows what it does, npx seaworthy local stop ends it.',
  })
}
