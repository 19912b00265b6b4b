import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf, TemporaryError } from '../errors.ts'
import type { Log } from './log.ts'
import { isBucketFault } from './session.ts'
import type { StepResult } from './step.ts'

const pauseMs = 5_000
const remindEveryMs = 60_000

/**
 * Tries until the bucket is back, reminding of what is missing until then; more seldom where time alone does not mend it.
 * The app runs meanwhile.
 */
export const attachLater = async (attach: () => Promise<StepResult>, log: Log): Promise<void> => {
  let reminded = performance.now()
  let pause = pauseMs
  for (;;) {
    await sleep(pause, undefined, { ref: false })
    try {
      const result = await attach()
      if (result !== null) log({ ...result, step: 'replicate' })
      return
    } catch (error) {
      const isForGood = !isBucketFault(error) && !(error instanceof TemporaryError)
      pause = isForGood ? remindEveryMs : pauseMs
      if (!isForGood && performance.now() - reminded < remindEveryMs) continue
      reminded = performance.now()
      const text = `still not backed up: ${reasonOf(error)}`
      log({ level: 'error', step: 'replicate', outcome: 'not-backed-up', text })
    }
  }
}
