import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { localPosition } from '../litestream/position.ts'

/** Compressing the first snapshot of a database this large takes all cores; the app may start first. */
const largeBytes = 16 * 1024 ** 2
const appFirstMs = 1_000

/**
 * Leaves a starting app the processor where Litestream would need all of it. Where it does not, it begins at once: as it
 * begins it locks the database for a moment, and not every client of an app that is up already waits for that (`P1008`).
 *
 * @param file the database.
 * @param hurry ends the wait.
 */
export const appFirst = async (file: string, hurry: AbortSignal): Promise<void> => {
  if (localPosition(file) !== null || sizeOf(file) < largeBytes) return
  await sleep(appFirstMs, undefined, { signal: hurry }).catch(() => {})
}

// A database that the app makes itself is not there yet.
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
