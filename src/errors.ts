/** What a process that started us should do next; docs/errors.md lists the codes behind each. */
export const ExitCode = {
  ok: 0,
  user: 1,
  usage: 2,
  bug: 70,
  temporary: 75,
  notConfirmed: 76,
  /** 128 + the number of SIGINT. */
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export interface ErrorParts {
  /** Stable name, `SW-<AREA>-<FAULT>`; listed in docs/errors.md. */
  code: `SW-${string}`
  /** What happened, in one sentence. */
  what: string
  /** Why it happened, as far as it is known. */
  why?: string
  /** What to type or do next. */
  next: string
  exitCode?: ExitCode
  cause?: unknown
}

/** An error that the user can cause and mend. Anything else that is thrown is a bug. */
export class SeaworthyError extends Error {
  readonly code: string
  readonly why: string | undefined
  readonly next: string
  readonly exitCode: ExitCode

  constructor({ code, what, why, next, exitCode = ExitCode.user, cause }: ErrorParts) {
    super(what, { cause })
    this.name = 'SeaworthyError'
    this.code = code
    this.why = why
    this.next = next
    this.exitCode = exitCode
  }

  /** The same error, with a further reason and a further thing to do. */
  withMore(why: string, next: string): SeaworthyError {
    return new SeaworthyError({
      code: this.code as `SW-${string}`,
      what: this.message,
      why: this.why === undefined ? why : `${this.why}\n        ${why}`,
      next: `${this.next}\n        ${next}`,
      exitCode: this.exitCode,
      cause: this,
    })
  }
}

/** Trying again later may work: the bucket is away, another machine holds the lease. */
export class TemporaryError extends SeaworthyError {
  constructor(parts: Omit<ErrorParts, 'exitCode'>) {
    super({ ...parts, exitCode: ExitCode.temporary })
    this.name = 'TemporaryError'
  }
}

export const usageError = (what: string, next: string): SeaworthyError =>
  new SeaworthyError({ code: 'SW-USAGE', what, next, exitCode: ExitCode.usage })

/** Somebody has answered that nothing more is to be done. */
export const stopped = (): SeaworthyError =>
  new SeaworthyError({ code: 'SW-STOPPED', what: 'Stopped at your word.', next: again })

/** The same by Ctrl-C, at a question or while a command runs. */
export const interrupted = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-STOPPED',
    what: 'Stopped at your word.',
    next: again,
    exitCode: ExitCode.interrupted,
  })

const again = 'Run the same command again when you are ready.'

/** The text of any thrown value, for a `why`. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)

/** The `code` that Node puts on system errors (`ENOENT`, `EADDRINUSE`, …). */
export const systemCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined

/** @param wanted what the variable may hold: `a number of seconds above 0`. */
export const badVariable = (name: string, wanted: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-ENV',
    what: `The environment variable ${name} has a value that it cannot have.`,
    why: `It takes ${wanted}.`,
    next: `Set ${name} to ${wanted}, or unset it.`,
  })
