import { relative, resolve } from 'node:path'
import { ExitCode, SeaworthyError } from '../errors.ts'
import { noCommand } from './app-command.ts'
import { Backup } from './backup.ts'
import { endChildren } from './children.ts'
import { nameDenial } from './denied.ts'
import { endStart, exitCodeFor, printError } from './end.ts'
import { whyNotBeside } from './handover-migrations.ts'
import { type App, startApp } from './launch.ts'
import { appCommand, type Linked, type LinkedApp, link, tidyVolume } from './link.ts'
import { createLog, type Log } from './log.ts'
import { migrate } from './migrate.ts'
import { backupUnwanted, notBackedUp } from './no-backup.ts'
import { watchZombies } from './orphans.ts'
import { hasNew, leadTo, publish } from './place.ts'
import { type Restored, restore } from './restore.ts'
import { seed } from './seed.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import { runStep, type StepName, type StepReport, type StepResult } from './step.ts'
import { nameVolumeFault } from './volume.ts'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** One start: what the steps have found and made so far. Each step takes what the ones before it left here. */
export class Start implements StepReport {
  readonly #readSettings: () => Settings
  readonly #expected: readonly string[]
  readonly #env = process.env
  readonly #log: Log
  #settings: Settings | undefined
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

  /** @param expected the app's command, as far as it is known: `launch` may be given another. */
  constructor(readSettings: () => Settings, expected: readonly string[]) {
    this.#readSettings = readSettings
    this.#expected = expected
    const format = this.#env.SEAWORTHY_LOG === 'json' ? 'json' : 'text'
    this.#log = createLog(format, (line) => process.stderr.write(line))
  }

  async link(): Promise<StepResult> {
    for (const signal of signals) process.on(signal, () => this.#onSignal(signal))
    // Whoever read the log has gone: no reason for the app to end.
    process.stderr.on('error', () => {})
    const hooks = {
      onTaken: () => this.#takeOver(),
      onFailed: (error: unknown) => this.#onLost('handover', error),
      onReplaced: () => this.#stopApp('SIGTERM'),
    }
    this.#settings = this.#readSettings()
    const { linked, result } = await link(this.#settings, this.#expected, this.#env, this.#log, hooks)
    this.#linked = linked
    return result
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

  async migrate(path: string, engine: 'auto' | 'built-in'): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return null
    const { settings, place, processes } = linked
    const { prismaRoot: root, schema } = settings
    const folder = relative(root, resolve(settings.root, path))
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
    await tidyVolume(linked, this.#log)
    await runStep(this, 'lease', () => this.lease())
    await runStep(this, 'restore', () => this.restore())
  }

  async seed(line: string | undefined): Promise<StepResult> {
    const linked = this.#mustBeLinked()
    if (linked.role === 'aside') return null
    if (line === undefined) return { outcome: 'no-seed' }
    const { settings, place, processes } = linked
    return seed({ place, isNew: this.#restored === 'created', root: settings.prismaRoot, line, processes })
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
    leadTo(place, place.file)
    const { processes, held } = linked.role === 'app' ? linked : { processes: null, held: null }
    if (this.#isEnding) return never()
    this.#app = await startApp(appCommand(words, settings, place), processes, held)
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
    const error = nameDenial(nameVolumeFault(thrown, this.#settings?.volume ?? ''))
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
    this.#linked.held?.drop()
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
}

const never = (): Promise<never> => new Promise(() => {})
