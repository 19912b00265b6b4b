import type { ChildProcess, StdioOptions } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { type Command, exitCodeOf, isRunning, start } from '../command.ts'
import { reasonOf } from '../errors.ts'
import { type LitestreamLine, readLogLine } from '../litestream/log-line.ts'
import { killGroup } from './leftovers.ts'

const stdio: StdioOptions = ['ignore', 'pipe', 'pipe']

/** One run of `litestream replicate`: what it says, how it stands still and how it ends. */
export class LitestreamProcess {
  /** Of `performance.now()`. */
  readonly began = performance.now()
  /** When it said that it replicates. */
  attached: number | null = null
  /** Uploads of the log that it has begun, and has not told the end of. */
  #uploads = 0
  #hasCrossed = false
  #holders = 0
  readonly #child: ChildProcess
  /** Not 'exit': the last lines of its log say how far the backup goes. */
  readonly #closed: Promise<unknown>

  /**
   * @param hear gets each line of its log.
   * @param onEnd gets the reason when it could not be started, or has ended.
   */
  constructor(command: Command, hear: (line: LitestreamLine) => void, onEnd: (why: string) => void) {
    this.#child = start(command, { detached: true, stdio })
    this.#closed = new Promise((resolve) => this.#child.once('close', resolve))
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null)
        createInterface({ input: stream }).on('line', (text) => {
          const line = readLogLine(text)
          if (line === null) return
          this.#note(line)
          hear(line)
        })
    }
    this.#child.on('error', (error) => onEnd(reasonOf(error)))
    this.#child.on('exit', (code, signal) => {
      if (this.pid !== null) endRest(this.pid)
      onEnd(`exit code ${exitCodeOf(code, signal)}`)
    })
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  get isRunning(): boolean {
    return isRunning(this.#child)
  }

  /** It is sending a piece of the log, as far as it was heard. */
  get isUploading(): boolean {
    return this.#uploads > 0
  }

  /** It has sent two pieces of the log at once: both from the same place, and not always to the same. */
  get hasCrossed(): boolean {
    return this.#hasCrossed
  }

  /** Lets it stand still until what this gives is called, and nobody else wants it to. */
  hold(): () => void {
    this.#holders += 1
    if (this.#holders === 1) this.kill('SIGSTOP')
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#holders -= 1
      if (this.#holders === 0) this.kill('SIGCONT')
    }
  }

  /**
   * Holds it at a moment that suits.
   *
   * @param isNow judged while it stands still too, when all that it has said until then was heard.
   * @param deadline of `performance.now()`.
   * @returns what lets it go on; null where that moment did not come in time, or it has ended.
   */
  async holdWhen(isNow: () => boolean, deadline: number): Promise<(() => void) | null> {
    while (this.isRunning && performance.now() < deadline) {
      if (isNow()) {
        const release = this.hold()
        await sleep(lastWordsMs)
        await turn()
        if (isNow()) return release
        release()
      }
      await sleep(lookEveryMs)
    }
    return null
  }

  /**
   * Tells it to end, by one signal and one only: a second SIGTERM makes 0.5 skip its final sync.
   *
   * @param deadline of `performance.now()`, at which it is killed.
   * @param release what lets it go on when it was told, if it is held.
   * @returns its exit code; null when it had to be killed.
   */
  async stop(deadline: number, release: (() => void) | null = null): Promise<number | null> {
    if (this.isRunning) {
      this.#child.kill('SIGTERM')
      release?.()
    }
    const timeLeft = Math.max(deadline - performance.now(), 0)
    const isInTime = this.#closed.then(() => true)
    if (!(await Promise.race([isInTime, sleep(timeLeft, false, { ref: false })]))) return this.end()
    return exitCodeOf(this.#child.exitCode, this.#child.signalCode)
  }

  /** Ends it at once. */
  async end(): Promise<null> {
    this.kill('SIGKILL')
    if (this.isRunning) await this.#closed
    return null
  }

  /** Signals it and its group. */
  kill(signal: NodeJS.Signals): void {
    if (this.isRunning && this.pid !== null) killGroup(this.pid, signal)
  }

  #note({ text, upload }: LitestreamLine): void {
    if (text === 'replicating to') this.attached ??= performance.now()
    if (upload === 'begun') this.#uploads += 1
    if (upload === 'ended') this.#uploads = Math.max(this.#uploads - 1, 0)
    this.#hasCrossed ||= this.#uploads > 1
  }
}

/** Ends what a wrapper has left behind, in its group. */
const endRest = (leader: number): void => {
  try {
    killGroup(leader, 'SIGKILL')
  } catch {
    // macOS refuses (EPERM) where all of a group have ended.
  }
}

const lookEveryMs = 5

/** What a process has written before it was stopped is in its pipe by then. */
const lastWordsMs = 3
