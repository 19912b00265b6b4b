import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { asRecord, asRecords, textAt } from './answers.ts'
import { ask, type Flyctl, fly } from './flyctl.ts'

export interface FlyMachine {
  id: string
  /** `started`, `stopped`, `suspended`, … */
  state: string
  region: string
  /** Ids of the volumes that it mounts. */
  volumes: string[]
  checks: { name: string; status: string }[]
}

/**
 * The machine of a process group; null when there is none.
 *
 * @throws SeaworthyError `SW-FLY-SEVERAL-MACHINES`: a database has one writer.
 */
export const theMachine = async (flyctl: Flyctl, app: string, group: string): Promise<FlyMachine | null> => {
  const machines = asRecords(await ask(flyctl, ['machine', 'list', '--app', app])).filter(
    (machine) => groupOf(machine) === group && !/^destroy/.test(textAt(machine, 'state')),
  )
  const [first, ...others] = machines.map(readMachine)
  if (others.length > 0) throw several(app, group, machines.length)
  return first ?? null
}

export const startMachine = (flyctl: Flyctl, app: string, id: string): Command =>
  fly(flyctl, ['machine', 'start', id, '--app', app])

/** SIGTERM, and time for the final sync. */
export const stopMachine = (flyctl: Flyctl, app: string, id: string): Command =>
  fly(flyctl, ['machine', 'stop', id, '--signal', 'SIGTERM', '--timeout', '40', '--app', app])

/** As losing its host does: it is killed. */
export const destroyMachine = (flyctl: Flyctl, app: string, id: string): Command =>
  fly(flyctl, ['machine', 'destroy', id, '--force', '--app', app])

/** Runs a command on a machine, through Fly's interface and without SSH; null when it did not end well. */
export const outputOf = async (
  flyctl: Flyctl,
  app: string,
  id: string,
  line: string,
): Promise<string | null> => {
  const args = ['machine', 'exec', id, line, '--timeout', '10', '--app', app, '--json']
  const { code, stdout } = await flyctl.run(fly(flyctl, args), { timeoutMs: 30_000 })
  if (code !== 0) return null
  try {
    const answer = asRecord(JSON.parse(stdout))
    return answer.exit_code ? null : textAt(answer, 'stdout')
  } catch {
    return null
  }
}

/** Machines of release commands and consoles are groups of their own. */
const groupOf = (machine: Record<string, unknown>): string =>
  textAt(asRecord(asRecord(machine.config).metadata), 'fly_process_group')

const readMachine = (machine: Record<string, unknown>): FlyMachine => ({
  id: textAt(machine, 'id'),
  state: textAt(machine, 'state'),
  region: textAt(machine, 'region'),
  volumes: asRecords(asRecord(machine.config).mounts).map((mount) => textAt(mount, 'volume')),
  checks: asRecords(machine.checks).map((each) => ({
    name: textAt(each, 'name'),
    status: textAt(each, 'status'),
  })),
})

const several = (app: string, group: string, count: number): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-SEVERAL-MACHINES',
    what: `The app ${app} has ${count} machines for its process ${group}.`,
    why: 'A SQLite database has one writer: a second machine has a volume of its own, with other data, or waits for the first and ends.',
    next: `Look which one has the data (fly machine list --app ${app}), then fly scale count ${group}=1 --app ${app}`,
  })
