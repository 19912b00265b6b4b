import { ExitCode, SeaworthyError } from '../../errors.ts'

/** The error that ended a start, as the start script's log tells it in text or JSON; null when it tells of none. */
export const startError = (log: string, exitCode: number | null): SeaworthyError | null => {
  const found = [...textErrors(log), ...jsonErrors(log)].at(-1)
  if (found === undefined) return null
  return new SeaworthyError({ ...found, exitCode: knownCode(exitCode) })
}

interface Found {
  code: `SW-${string}`
  what: string
  why?: string
  next: string
}

/** As src/boot/end.ts prints it. */
const textErrors = (log: string): Found[] =>
  [
    ...log.matchAll(/ failed: ([^\n]*) \[(SW-[A-Z0-9-]+)\]\n(?: {2}why: {2}(.*?)\n)?? {2}next: ([^\n]*)$/gms),
  ].flatMap(([, what, code, why, next]) =>
    what !== undefined && isCode(code) && next !== undefined
      ? [{ code, what, next, ...(why === undefined ? {} : { why }) }]
      : [],
  )

const jsonErrors = (log: string): Found[] =>
  log.split('\n').flatMap((line) => {
    const entry = parseJson(line)
    const { outcome, code, text, why, next } = entry
    if (outcome !== 'failed' || !isCode(code) || typeof text !== 'string' || typeof next !== 'string')
      return []
    const what = text.slice(0, text.indexOf(` [${code}]`) >>> 0)
    return [{ code, what, next, ...(typeof why === 'string' ? { why } : {}) }]
  })

const parseJson = (line: string): Record<string, unknown> => {
  try {
    return line.startsWith('{"time":') ? JSON.parse(line) : {}
  } catch {
    return {}
  }
}

const isCode = (text: unknown): text is `SW-${string}` => typeof text === 'string' && text.startsWith('SW-')

const knownCode = (code: number | null): ExitCode =>
  Object.values(ExitCode).find((known) => known === code && known !== ExitCode.ok) ?? ExitCode.user
