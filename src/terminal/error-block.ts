import { ExitCode, reasonOf, SeaworthyError } from '../errors.ts'
import { paint } from './paint.ts'

/** An error as the user sees it: what, why, what to do next. */
export const errorBlock = ({ code, message, why, next }: SeaworthyError, hasColor: boolean): string => {
  const colors = paint(hasColor)
  return [
    `${colors.red('✗')} ${colors.bold(message)} ${colors.dim(`[${code}]`)}`,
    ...(why === undefined ? [] : [`  Why:  ${why}`]),
    `  Next: ${next}`,
  ].join('\n')
}

/** The same for `--json`, on standard output. */
export const errorJson = ({ code, message, why, next }: SeaworthyError): string =>
  JSON.stringify({ version: 1, error: { code, what: message, why: why ?? null, next } }, null, 2)

export const bugBlock = (thrown: unknown, version: string): string =>
  [
    `This is a bug in seaworthy ${version}, not a fault of yours. Please report it with these lines:`,
    thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  ].join('\n')

export const bugJson = (thrown: unknown, version: string): string =>
  errorJson(
    new SeaworthyError({
      code: 'SW-BUG',
      what: `This is a bug in seaworthy ${version}, not a fault of yours.`,
      why: reasonOf(thrown),
      next: 'Please report it with the lines on standard error.',
      exitCode: ExitCode.bug,
    }),
  )
