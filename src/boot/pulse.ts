/** Whether the bucket answers us. Times are `performance.now()`. */
export interface Pulse {
  /** What the last try met with; null when it was answered. */
  readonly fault: string | null
  /** Milliseconds since the last answer. */
  age(): number
  /** There was an answer as lately as there must have been one. */
  isFresh(): boolean
  answered(): void
  failed(fault: string): void
}

/** Milliseconds that an answer may take without anybody being told. */
const patienceMs = 3_000

/** @param beatMs milliseconds from one try to the next. */
export const newPulse = (beatMs: number): Pulse => {
  let fault: string | null = null
  let last = performance.now()
  const age = () => performance.now() - last
  return {
    get fault() {
      return fault
    },
    age,
    isFresh: () => age() <= beatMs + patienceMs,
    answered: () => {
      fault = null
      last = performance.now()
    },
    failed: (text) => {
      fault = text
    },
  }
}
