import type { Sample } from './rounds.ts'

/** Milliseconds of each step of our start script, from its log. */
export const stepsIn = (output: string): Sample =>
  Object.fromEntries(
    output
      .split('\n')
      .filter((line) => line.startsWith('{"time"'))
      .map((line): { step: string; ms?: number } => JSON.parse(line))
      .flatMap(({ step, ms }) => (ms === undefined || step === 'stop' ? [] : [[step, ms]])),
  )
