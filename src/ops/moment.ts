import { usageError } from '../errors.ts'

/**
 * A moment as one types it: ISO 8601 (without a zone it is this computer's time), or how long ago, `10 minutes ago`.
 *
 * @throws SeaworthyError `SW-USAGE`.
 */
export const parseMoment = (text: string, now: Date): Date => {
  const moment = agoOf(text.trim(), now) ?? isoOf(text.trim())
  if (moment !== null) return moment
  throw usageError(
    `${text} is no moment that could be restored.`,
    'Write it like 2026-11-22T18:30:00Z, "2026-11-22 18:30", or "10 minutes ago".',
  )
}

const unitsMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const agoOf = (text: string, now: Date): Date | null => {
  const [, amount, unit = ''] =
    /^(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s+ago$/i.exec(text) ?? []
  if (amount === undefined) return null
  return new Date(now.getTime() - Number(amount) * (unitsMs[unit.charAt(0).toLowerCase()] ?? 0))
}

// Date takes much else for a time, such as a lone number.
const isoOf = (text: string): Date | null => {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i.test(text)) return null
  const time = new Date(text.replace(' ', 'T'))
  return Number.isNaN(time.getTime()) ? null : time
}
