import type * as Boot from './boot.ts'
import { loadCompiled, runTimeFile } from './compiled.ts'

/*
 * What a start script imports as `seaworthy/boot`: boot.ts, compiled once.
 */

const compiled = loadCompiled(runTimeFile)

/** Milliseconds after which a start is over, and what it needed has been compiled. */
const restMs = 10_000

if (!compiled.isKept) setTimeout(compiled.keep, restMs).unref()

export const { database, databaseIn, restorePoints } = compiled.exports as typeof Boot
