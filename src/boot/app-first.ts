import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { localPosition } from '../litestream/position.ts'

/** Milliseconds for which Litestream leaves a starting app the processor. */
const appFirstMs = 500

/** Compressing the first snapshot of a database this large takes all cores. */
const largeBytes = 16 * 1024 ** 2
const appFirstLargeMs = 1_000

/**
 * Waits while the app starts. What it writes meanwhile is in the log that Litestream finds then.
 *
 * @param file the database.
 * @param hurry ends the wait.
 */
export const appFirst = async (file: string, hurry: AbortSignal): Promise<void> => {
  const isLargeAnew = localPosition(file) === null && sizeOf(file) >= largeBytes
  await sleep(isLargeAnew ? appFirstLargeMs : appFirstMs, undefined, { signal: hurry }).catch(() => {})
}

// A database that the app makes itself is not there yet.
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
