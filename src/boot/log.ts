/** What a step decided; the list that docs/json-output.md explains. */
export type Outcome =
  | 'linked'
  | 'beside'
  | 'took-over'
  | 'handed-over'
  | 'kept'
  | 'restored'
  | 'created'
  | 'set-aside'
  | 'leased'
  | 'waiting'
  | 'no-migrations'
  | 'nothing-pending'
  | 'migrated'
  | 'restore-point'
  | 'rolled-back'
  | 'seeded'
  | 'already-seeded'
  | 'no-seed'
  | 'replicating'
  | 'not-backed-up'
  | 'restarting'
  | 'pruned'
  | 'launched'
  | 'stopping'
  | 'stopped'
  | 'confirmed'
  | 'not-confirmed'
  | 'warning'
  | 'failed'

export type Level = 'info' | 'warn' | 'error'

/** What a step decided. */
export interface StepOutcome {
  level?: Level
  outcome: Outcome
  /** For people, one line. */
  text?: string
  [detail: string]: unknown
}

export interface LogEntry extends StepOutcome {
  step: string
  /** Milliseconds that it took. */
  ms?: number
}

export type Log = (entry: LogEntry) => void

/** One line per entry on standard error, which standard output, the app's own, is not mixed with. */
export const createLog = (format: 'text' | 'json', write: (line: string) => void): Log =>
  format === 'json' ? (entry) => write(jsonLine(entry)) : (entry) => write(textLine(entry))

/** Logs the same text at most once a minute; numbers in it, ports and counters for instance, make no other of it. */
export const sparing = (log: Log): Log => {
  const last = new Map<string, number>()
  return (entry) => {
    const key = `${entry.level} ${entry.text?.replaceAll(/[\da-f]*\d[\da-f]*/gi, '#')}`
    if (performance.now() - (last.get(key) ?? Number.NEGATIVE_INFINITY) < 60_000) return
    last.set(key, performance.now())
    log(entry)
  }
}

const jsonLine = ({ level = 'info', step, outcome, ms, ...details }: LogEntry): string =>
  `${JSON.stringify({ time: new Date().toISOString(), level, step, outcome, ms, ...details })}\n`

const textLine = ({ level = 'info', step, outcome, ms, text }: LogEntry): string => {
  const mark = level === 'info' ? '' : `${level.toUpperCase()}: `
  const took = ms === undefined ? '' : ` (${ms} ms)`
  return `seaworthy ${step.padEnd(9)} ${mark}${outcome}${text ? `: ${text}` : ''}${took}\n`
}
