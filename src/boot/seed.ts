import { SeaworthyError } from '../errors.ts'
import { lineCommand } from './app-command.ts'
import { runChild } from './children.ts'
import type { RunningProcesses } from './leftovers.ts'
import { leadTo, type Place } from './place.ts'

export interface SeedInput {
  place: Place
  /** The database is being made: only then it is seeded. */
  isNew: boolean
  root: string
  /** The command as it stands in package.json or prisma.config. */
  line: string
  processes: RunningProcesses
}

export type Seeded = { outcome: 'seeded' | 'already-seeded' }

/**
 * Fills a new database, before it takes its place: so a seed that fails or is killed is run again from the start, on a
 * database without its traces, and one that succeeded never again.
 *
 * @throws SeaworthyError `SW-SEED-FAILED`.
 */
export const seed = async ({ place, isNew, root, line, processes }: SeedInput): Promise<Seeded> => {
  if (!isNew) return { outcome: 'already-seeded' }
  const command = lineCommand(line, root)
  const url = leadTo(place, place.newFile)
  const { code, stdout, stderr } = await runChild(
    { ...command, env: { ...command.env, ...url } },
    { processes, stallMs, isShown: true },
  )
  if (code === 0) return { outcome: 'seeded' }
  throw new SeaworthyError({
    code: 'SW-SEED-FAILED',
    what: `The seed "${line}" ended with exit code ${code}.`,
    why: (stderr || stdout).trim().split('\n').slice(-5).join('\n') || 'It said nothing.',
    next: 'Correct it and start again: nothing of it was kept, and it will run once from the beginning.',
  })
}

// A seed may fetch or compute for long without a word.
const stallMs = 3_600_000
