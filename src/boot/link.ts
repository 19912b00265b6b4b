import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { directCommand } from './app-command.ts'
import { type HoldOptions, VolumeHold } from './handover.ts'
import { enterVolume } from './handover-entry.ts'
import { type HeldApp, holdApp } from './held-app.ts'
import { machineOf } from './identity.ts'
import { type RunningProcesses, runningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import { findPlace, leadTo, type Place, setAsideImageCopy, urlTo } from './place.ts'
import { openRemote, type Remote } from './remote.ts'
import type { Settings } from './settings.ts'
import { writeStatus } from './status.ts'
import type { StepResult } from './step.ts'
import { undoUnfinished } from './unfinished.ts'
import { becomeUser } from './user.ts'
import { checkVolume } from './volume.ts'

/** What a start has after its first step: for a release command or a console, where the database would be and no more. */
export type Linked = { settings: Settings; place: Place } & (
  | { role: 'aside' }
  | {
      role: 'app'
      hold: VolumeHold
      processes: RunningProcesses
      /** Null: no bucket. It is opened beside the steps, and its failure is the one's that needs it. */
      remote: Promise<Remote | null>
      held: HeldApp | null
    }
)
export type LinkedApp = Linked & { role: 'app' }

/**
 * Leads the app's database path to the volume, and takes the volume for this start alone.
 *
 * @param words the app's command; none where it is not known yet.
 * @throws SeaworthyError what `becomeUser`, `checkVolume` and `enterVolume` throw.
 */
export const link = async (
  settings: Settings,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  log: Log,
  hooks: Pick<HoldOptions, 'onTaken' | 'onFailed' | 'onReplaced'>,
): Promise<{ linked: Linked; result: StepResult }> => {
  const place = findPlace(settings, env)
  const endedAsRoot = await becomeUser(settings, place, env)
  if (settings.role === 'aside') {
    setAsideImageCopy(place)
    leadTo(place, place.file)
    const text = 'a release command or console: the link and nothing else'
    return { linked: { role: 'aside', settings, place }, result: { outcome: 'linked', text } }
  }
  checkVolume(settings, place.file)
  const processes = runningProcesses(place.state, machineOf(place.state, env))
  const held = holdExpected(words, settings, place, processes)
  const remote = openRemote(settings, place, env)
  // It goes on beside the next lines; its failure is the restore step's to report.
  remote.catch(() => {})
  if (settings.bucket !== null) await requestIsSent()
  const entered = await enterVolume(settings)
  const hold = new VolumeHold({ entered, settings, processes, log, ...hooks })
  const linked: LinkedApp = { role: 'app', settings, place, hold, processes, remote, held }
  if (hold.isBeside) processes.begin(true)
  else await tidyVolume(linked, log, endedAsRoot)
  const aside = setAsideImageCopy(place)
  if (aside !== null) warn(log, `${place.link} was a file, no link to the volume; it is ${aside} now`)
  leadTo(place, place.file)
  const text = `${place.link ?? place.url?.env ?? 'the app'} → ${place.file}`
  const result: StepResult = hold.isBeside
    ? { outcome: 'beside', text: `${text}, beside the start that runs on the volume` }
    : { outcome: 'linked', text }
  return { linked, result }
}

// The answer comes while SQLite is loaded. Sent, connected and, to a store nearby, written: a turn of the event loop each.
const requestIsSent = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await nextTurn()
}

/** The app's command, and how it is told its database. */
export const appCommand = (words: readonly string[], settings: Settings, place: Place): Command => {
  const command = directCommand(words, settings.root)
  return { ...command, env: { ...command.env, ...urlTo(place, place.file) } }
}

// A package.json that cannot be read is for the step that needs it to report.
const holdExpected = (
  words: readonly string[],
  settings: Settings,
  place: Place,
  { mark }: RunningProcesses,
): HeldApp | null => {
  if (words.length === 0) return null
  try {
    const command = appCommand(words, settings, place)
    return holdApp({ ...command, env: { ...command.env, ...mark } })
  } catch {
    return null
  }
}

/**
 * Clears away what earlier starts have left on the volume.
 *
 * @param endedBefore processes of theirs that were ended already.
 */
export const tidyVolume = async (
  { place, processes }: LinkedApp,
  log: Log,
  endedBefore = 0,
): Promise<void> => {
  writeStatus(place.state, { state: 'starting' })
  const ended = endedBefore + (await processes.endLeftovers())
  processes.begin()
  if (ended > 0) warn(log, `ended what a killed start had left running: ${ended} of its processes`)
  await undoUnfinished(place, log)
}

const warn = (log: Log, text: string): void => log({ level: 'warn', step: 'link', outcome: 'warning', text })
