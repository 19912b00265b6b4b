import { ExitCode, SeaworthyError } from '../errors.ts'
import { directCommand, noCommand } from './app-command.ts'
import { Backup } from './backup.ts'
import { endChildren } from './children.ts'
import { nameDenial } from './denied.ts'
import { endStart, exitCodeFor, printError } from './end.ts'
import { type HoldOptions, VolumeHold } from './handover.ts'
import { enterVolume } from './handover-entry.ts'
import { whyNotBeside } from './handover-migrations.ts'
import { machineOf } from './identity.ts'
import { type App, startApp } from './launch.ts'
import { type RunningProcesses, runningProcesses } from './leftovers.ts'
import { createLog, type Log } from './log.ts'
import { migrate } from './migrate.ts'
import { backupUnwanted, notBackedUp } from './no-backup.ts'
import { watchZombies, withReaper } from './orphans.ts'
import { findPlace, hasNew, leadTo, type Place, publish, setAsideImageCopy } from './place.ts'
import { openRemote, type Remote } from './remote.ts'
import { type Restored, restore } from './restore.ts'
import { seed } from './seed.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import { writeStatus } from './status.ts'
import { runStep, type StepName, type StepReport, type StepResult } from './step.ts'
import { undoUnfinished } from './unfinished.ts'
import { becomeUser } from './user.ts'
import { checkVolume, nameVolumeFault } from './volume.ts'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** What `link` found: for a release command or a console, where the database would be and no more. */
type Linked = { settings: Settings; place: Place } & (
  | { role: 'aside' }
  | {
      role: 'app'
      hold: VolumeHold
      processes: RunningProcesses
      remote: Promise<Remote | null>
    }
)
type LinkedApp = Linked & { role: 'app' }

/** One start: what the steps have found and made so far. Each step takes what the ones before it left here. */
export class Start implements StepReport {
  readonly #readSettings: () => Settings
  readonly #env = process.env
  readonly #log: Log
  #linked: Linked | undefined
  #restored: Restored['outcome'] | undefined
  #backup: Backup | null = null
  #app: App | null = null
  /** Why the app is being stopped, where it is not the app's own doing. */
  #lost: { error: unknown } | null = null
  /** A signal has come while the app ran. */
  #tellStopped: () => void = () => {}
  readonly #stopped = new Promise<void>((resolve) => {
    this.#tellStopped = resolve
  })
  #isEnding = false

  constructor(readSettings: () => Settings) {
    this.#readSettings = readSettings
    const format = this.#env.SEAWORTHY_LOG === 'json' ? 'json' : 'text'
    this.#log = createLog(format, (line) => process.stderr.write(line))
  }

  async link(): Promise<StepResult> {
    for (const signal of signals) process.on(signal, () => this.#onSignal(signal))
    // Whoever read the log has gone: no reason for the app to end.
    process.stderr.on('error', () => {})
    const settings = this.#readSettings()
    const place = findPlace(settings, this.#env)
    const endedAsRoot = await becomeUser(settings, place, this.#env)
    if (settings.role === 'aside') {
      this.#linked = { role: 'aside', settings, place }
      setAsideImageCopy(place)
      leadTo(place, place.file)
      return { outcome: 'linked', text: 'a release command or console: the link and nothing else' }
    }
    checkVolume(settings, place.file)
    const remote = openRemote(settings, place, this.#env)
    // It goes on beside the next lines; its failure is the restore step's to report.
    remote.catch(() => {})
    const entered = await enterVolume(settings)
    const processes = runningProcesses(place.state, machineOf(place.state, this.#env))
    const hold = this.#holdVolume({ entered, settings, processes })
    const linked: LinkedApp = { role: 'app', settings, place, hold, processes, remote }
    this.#linked = linked
    if (hold.isBeside) processes.begin(true)
    else await this.#tidyVolume(linked, endedAsRoot)
    const aside = setAsideImageCopy(place)
    if (aside !== null)
      this.#warn('link', `${place.link} was a file, no link to the volume; it is ${aside} now`)
    leadTo(place, place.file)
    const text = `${place.link ?? place.url?.env ?? 'the app'} → ${place.file}`
    if (!hold.isBeside) return { outcome: 'linked', text }
    return { outcome: 'beside', text: `${text}, beside the start that runs on the volume` }
  }

  #holdVolume(found: Pick<HoldOptions, 'entered' | 'settings' | 'processes'>): VolumeHold {
    return new VolumeHold({
      ...found,
      log: this.#log,
      onTaken: () => this.#takeOver(),
      onFailed: (error) => this.#onLost('handover', error),
      onReplaced: () => this.#stopApp('SIGTERM'),
    })
  }

  async #tidyVolume({ place, processes }: LinkedApp, endedBefore: number): Promise<void> {
    writeStatus(place.state, { state: 'starting' })
    const ended = endedBefore + (await processes.endLeftovers())
    processes.begin()
    if (ended > 0) this.#warn('link', `ended what a killed start had left running: ${ended} of its processes`)
    await undoUnfinished(place, this.#log)
  }

  async lease(): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside' || linked.hold.isBeside) return null
    return (await this.#openBackup(linked))?.takeLease() ?? null
  }

  async #openBackup(linked: LinkedApp): Promise<Backup | null> {
    const { settings, place, processes } = linked
    const remote = await linked.remote
    if (remote === null) return null
    const onLost = (step: StepName, error: unknown) => this.#onLost(step, error)
    const common = { remote, place, processes, settings, env: this.#env, log: this.#log }
    this.#backup = new Backup({ ...common, onLost })
    return this.#backup
  }

  async restore(): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return null
    if (linked.hold.isBeside) return { outcome: 'kept', text: 'the running start keeps it' }
    const { settings, place, processes } = linked
    const { reconcile, stall } = settings
    const common = { place, reconcile, processes, stall, log: this.#log }
    const work = (session: Session | null) => restore({ ...common, session })
    const isNeeded = reconcile === 'restore'
    const result = await (this.#backup?.orWithout(work, isNeeded) ?? work(null))
    this.#restored = result.outcome
    return result
  }

  async migrate(folder: string, engine: 'auto' | 'built-in'): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return null
    const { settings, place, processes } = linked
    const { root, schema } = settings
    const why = linked.hold.isBeside ? whyNotBeside(place.file, root, folder) : null
    if (why !== null) await this.#replacePredecessor(linked, why)
    const isNew = this.#restored === 'created'
    const isLive = linked.hold.isBeside
    const surroundings = { root, schema, env: this.#env, processes, log: this.#log }
    return migrate({ place, isNew, isLive, folder, engine, ...surroundings })
  }

  // The app of the last release cannot live with what comes: it is stopped, and this start goes on as any other.
  async #replacePredecessor(linked: LinkedApp, why: string): Promise<void> {
    const text = `the running app is stopped before this one begins, since the migration ${why}`
    this.#log({ level: 'warn', step: 'handover', outcome: 'waiting', text })
    await linked.hold.replacePredecessor()
    await this.#tidyVolume(linked, 0)
    await runStep(this, 'lease', () => this.lease())
    await runStep(this, 'restore', () => this.restore())
  }

  async seed(line: string | undefined): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return null
    if (line === undefined) return { outcome: 'no-seed' }
    const { settings, place, processes } = linked
    return seed({ place, isNew: this.#restored === 'created', root: settings.root, line, processes })
  }

  async replicate(): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside' || linked.hold.isBeside) return null
    this.#publishNew()
    if (!linked.settings.isBackupWanted) return null
    return this.#backup === null ? notBackedUp(linked.place) : this.#backup.replicate()
  }

  async launch(words: readonly string[]): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    const { settings, place } = linked
    if (words.length === 0) throw noCommand()
    if (linked.role === 'app') {
      await linked.hold.beforeLaunch()
      this.#publishNew()
      // Its start script has no line that would say so.
      if (!settings.isBackupWanted) await this.done('replicate', backupUnwanted(linked.place), 0)
    }
    const command = withReaper(directCommand(words, settings.root), this.#env.PATH)
    const url = leadTo(place, place.file)
    const processes = linked.role === 'app' ? linked.processes : null
    if (this.#isEnding) return never()
    this.#app = await startApp({ ...command, env: { ...command.env, ...url } }, processes)
    watchZombies(this.#log)
    if (linked.role === 'app') await linked.hold.launched()
    return { outcome: 'launched', pid: this.#app.pid, text: words.join(' ') }
  }

  /** Waits for the application and ends the process as it ended. */
  async end(): Promise<never> {
    const code = (await this.#app?.ended) ?? ExitCode.bug
    if (await this.#handOver()) return endStart(code)
    const isConfirmed = (await this.#backup?.finalSync()) ?? true
    await this.#letGo()
    if (this.#lost !== null) return endStart(exitCodeFor(this.#lost.error))
    if (await this.#isWantedAgain()) return endStart(ExitCode.temporary)
    return endStart(code === 0 && !isConfirmed ? ExitCode.notConfirmed : code)
  }

  async done(step: StepName, result: StepResult, ms: number): Promise<void> {
    if (this.#isEnding) return never()
    if (result !== null) this.#log({ ...result, step, ms })
  }

  async failed(step: StepName, thrown: unknown): Promise<never> {
    // The end cuts off the step that is under way; that is no second failure.
    if (this.#isEnding) return never()
    this.#isEnding = true
    const error = nameDenial(nameVolumeFault(thrown, this.#linked?.settings.volume ?? ''))
    printError(this.#log, step, error)
    await this.#backup?.finalSync().catch(() => {})
    await this.#letGo()
    return endStart(exitCodeFor(error))
  }

  #publishNew(): void {
    const { place } = this.#mustBeLinked()
    if (this.#restored !== 'created' || !hasNew(place)) return
    publish(place)
    this.#restored = 'kept'
    leadTo(place, place.file)
  }

  async #letGo(): Promise<void> {
    await endChildren()
    await this.#backup?.release()
    if (this.#linked?.role !== 'app') return
    this.#linked.hold.letGo()
  }

  /** The predecessor has gone, and the volume is ours: so are the lease and the backup. */
  async #takeOver(): Promise<void> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return
    const began = performance.now()
    const backup = await this.#openBackup(linked)
    const result = backup === null ? notBackedUp(linked.place) : await backup.takeOver()
    await this.done('replicate', result, Math.round(performance.now() - began))
  }

  async #handOver(): Promise<boolean> {
    if (this.#linked?.role !== 'app' || this.#lost !== null) return false
    return this.#linked.hold.appEnded(async () => this.#backup?.pause())
  }

  async #isWantedAgain(): Promise<boolean> {
    return this.#linked?.role === 'app' && this.#linked.hold.isWantedAgain(this.#stopped)
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#app === null) return void this.#giveUp(signal)
    this.#log({ step: 'stop', outcome: 'stopping', text: signal })
    this.#tellStopped()
    this.#stopApp(signal)
  }

  #onLost(step: StepName, error: unknown): void {
    if (this.#app === null) return void this.failed(step, error)
    this.#lost = { error }
    printError(this.#log, step, error)
    this.#stopApp('SIGTERM')
  }

  #stopApp(signal: NodeJS.Signals): void {
    this.#app?.stop(signal, this.#mustBeLinked().settings.stopTimeout * 1000)
  }

  async #giveUp(signal: NodeJS.Signals): Promise<never> {
    if (this.#isEnding) return never()
    this.#isEnding = true
    this.#log({ step: 'stop', outcome: 'stopped', text: `${signal} before the app was started` })
    await this.#backup?.finalSync()
    await this.#letGo()
    return endStart(signal)
  }

  #mustBeLinked(): Linked {
    if (this.#linked !== undefined) return this.#linked
    throw new SeaworthyError({
      code: 'SW-START-ORDER',
      what: 'The start script calls a step before db.link().',
      next: 'Call the steps in this order: link, restore, migrate, seed, replicate, launch.',
    })
  }

  #warn(step: StepName, text: string): void {
    this.#log({ level: 'warn', step, outcome: 'warning', text })
  }
}

const never = (): Promise<never> => new Promise(() => {})
