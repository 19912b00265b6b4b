import { expect, it } from 'vitest'
import { printError } from '../../src/boot/end.ts'
import { createLog } from '../../src/boot/log.ts'
import { ExitCode, SeaworthyError } from '../../src/errors.ts'
import { startError } from '../../src/platforms/local/start-error.ts'

const held = { code: 'SW-LEASE-HELD', what: 'Another machine runs [here].', next: 'Stop it.' } as const
const failed = {
  code: 'SW-MIGRATE-P3009',
  what: 'Failed.',
  why: 'Error: P3009\n\nno such table',
  next: 'Mend it.',
} as const

it.each([
  ['text', held, 75, ExitCode.temporary],
  ['text', failed, 1, ExitCode.user],
  ['json', held, 75, ExitCode.temporary],
  ['json', failed, 137, ExitCode.user],
] as const)('finds in a %s log the error %o', (format, parts, exitCode, expected) => {
  let text = 'Server says: failed: nothing [SW-NOT-THIS]\n'
  const log = createLog(format, (line) => {
    text += line
  })
  log({ step: 'link', outcome: 'linked', ms: 3 })
  printError(log, 'migrate', new SeaworthyError(parts))
  text += 'bye\n'
  const found = startError(text, exitCode)
  expect({ code: found?.code, what: found?.message, why: found?.why, next: found?.next }).toEqual({
    why: undefined,
    ...parts,
  })
  expect(found?.exitCode).toBe(expected)
})

it('finds none in the log of an app that crashed', () => {
  expect(startError('seaworthy launch    launched: npm start (3 ms)\nTypeError: no\n', 1)).toBeNull()
})
