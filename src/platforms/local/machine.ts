import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { start } from '../../command.ts'
import { supervisorFile } from '../../package-files.ts'
import type { LocalPaths } from './paths.ts'
import { hasEnded, isAlive, killTree, type ProcessId, signal } from './process-tree.ts'
import { type MachineJob, type MachineRecord, readRecord, writeRecord } from './record.ts'

/** Milliseconds that a machine has to end after SIGTERM: the app's own time, and the final sync's. */
const stopMs = 60_000

/** Starts a machine that outlives this process; its output goes to the log. */
export const startMachine = (
  root: string,
  paths: LocalPaths,
  job: MachineJob,
  env: NodeJS.ProcessEnv,
): ChildProcess => {
  const log = openSync(paths.log, 'a')
  try {
    const child = start(
      { file: process.execPath, args: [supervisorFile, root, JSON.stringify(job)] },
      { cwd: paths.folder, env, detached: true, stdio: ['ignore', log, log] },
    )
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** What runs of the machine: its supervisor, or a start script that has outlived it; null when nothing does. */
export const runningPart = async ({ supervisor, startScript }: MachineRecord): Promise<ProcessId | null> => {
  if (await isAlive(supervisor)) return supervisor
  return (await isAlive(startScript)) ? startScript : null
}

/** Stops the machine as a host does, with SIGTERM and time to end; gives its record, null when there was none. */
export const stopMachine = async (paths: LocalPaths): Promise<MachineRecord | null> => {
  await endParts(paths, async (part) => {
    signal(part.pid, 'SIGTERM')
    if (!(await hasEnded(part, stopMs))) await killTree(part)
  })
  const record = readRecord(paths)
  if (record === null || (record.state !== 'starting' && record.state !== 'started')) return record
  const stopped: MachineRecord = { ...record, state: 'stopped', startScript: null }
  writeRecord(paths, stopped)
  return stopped
}

/** Ends the machine as losing its host does: at once, without a word to anybody, its file system gone. */
export const destroyMachine = async (paths: LocalPaths): Promise<void> => {
  await endParts(paths, killTree)
  rmSync(paths.releases, { recursive: true, force: true })
  const record = readRecord(paths)
  if (record) writeRecord(paths, { ...record, state: 'destroyed', supervisor: null, startScript: null })
}

// A supervisor that dies without a word leaves its start script running.
const endParts = async (paths: LocalPaths, end: (part: ProcessId) => Promise<void>): Promise<void> => {
  for (;;) {
    const record = readRecord(paths)
    const part = record && (await runningPart(record))
    if (!part) return
    await end(part)
  }
}
