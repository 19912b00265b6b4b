import { describe, expect, it } from 'vitest'
import { parseMoment } from '../../src/ops/moment.ts'

const now = new Date('2026-11-23T12:00:00.000Z')

describe('parseMoment', () => {
  it.each([
    ['2026-11-22T18:30:00Z', '2026-11-22T18:30:00.000Z'],
    ['2026-11-22T18:30:00.250+02:00', '2026-11-22T16:30:00.250Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22 18:30', new Date('2026-11-22T18:30').toISOString()],
    ['10 minutes ago', '2026-11-23T11:50:00.000Z'],
    ['1 hour ago', '2026-11-23T11:00:00.000Z'],
    ['90s ago', '2026-11-23T11:58:30.000Z'],
    ['1.5 days ago', '2026-11-22T00:00:00.000Z'],
    ['2 weeks ago', '2026-11-09T12:00:00.000Z'],
  ])('%s', (text, moment) => expect(parseMoment(text, now).toISOString()).toBe(moment))

  it.each(['', 'soon', '10', '10 minutes', '5 months ago', '2026-13-01', '2026-11-22T25:00'])(
    'refuses "%s"',
    (text) => expect(() => parseMoment(text, now)).toThrow(/no moment/),
  )
})
