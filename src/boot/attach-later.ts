import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf, TemporaryError } from '../errors.ts'
import type { Log } from './log.ts'
import { isBucketFault } from './session.ts'
import type { StepResult } from './step.ts'

const pauseMs = 5_000
const remindEveryMs = 60_000

/** Tries until the bucket is back, reminding of what is missing until then. The app runs meanwhile. */
export const attachLater = async (attach: () => Promise<StepResult>, log: Log): Promise<void> => {
  let reminded = Date.now()
  for (;;) {
    await sleep(pauseMs, undefined, { ref: false })
    try {
      const result = await attach()
      if (result !== null) log({ ...result, step: 'replicate' })
      return
    } catch (error) {
      const text = `still not backed up: ${reasonOf(error)}`
      if (!isBucketFault(error) && !(error instanceof TemporaryError))
        return log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', text })
      if (Date.now() - reminded < remindEveryMs) continue
      reminded = Date.now()
      log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', text })
    }
  }
}
