import type { StepOutcome } from './log.ts'

export type StepName =
  | 'link'
  | 'lease'
  | 'restore'
  | 'migrate'
  | 'seed'
  | 'replicate'
  | 'launch'
  | 'handover'
  | 'stop'

/** What a step decided; null when it has nothing to say. */
export type StepResult = StepOutcome | null

export interface StepReport {
  /** Does not come back once the start is ending: no further step may begin. */
  done(step: StepName, result: StepResult, ms: number): Promise<void>
  /** Does not come back: the process ends. */
  failed(step: StepName, error: unknown): Promise<never>
}

/** Runs one step, times it, and hands what came of it to the report. */
export const runStep = async (
  report: StepReport,
  step: StepName,
  work: () => Promise<StepResult>,
): Promise<void> => {
  const began = performance.now()
  try {
    const result = await work()
    await report.done(step, result, Math.round(performance.now() - began))
  } catch (error) {
    await report.failed(step, error)
  }
}
