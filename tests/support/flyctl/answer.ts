import { writeFileSync } from 'node:fs'
import { commands } from './commands.ts'
import { parseLine } from './flags.ts'
import { alone, files, noteCall, readFaults, readWorld, type Surroundings, writeWorld } from './state.ts'

export interface Answer {
  code: number
  stdout: string
  stderr: string
}

/** What a command line does in the account. */
export const answer = async (argv: string[], surroundings: Surroundings): Promise<Answer> => {
  try {
    if (readFaults(surroundings.folder)[parseLine(argv).command] === 'hang') await hang(surroundings.folder)
    const printed = await alone(surroundings.folder, () => work(argv, surroundings))
    return { code: 0, stdout: printed, stderr: '' }
  } catch (error) {
    return {
      code: 1,
      stdout: '',
      stderr: `Error: ${error instanceof Error ? error.message : String(error)}\n`,
    }
  }
}

/** Says who it is, and goes on until a signal ends it. */
const hang = (folder: string): Promise<never> => {
  writeFileSync(files(folder).hanging, String(process.pid))
  setInterval(() => {}, 1_000)
  return new Promise(() => {})
}

const work = async (argv: string[], surroundings: Surroundings): Promise<string> => {
  const { folder, readInput } = surroundings
  const parsed = parseLine(argv)
  const input = parsed.command === 'secrets import' ? readInput() : ''
  noteCall(folder, { argv, input: input.length })
  const faults = readFaults(folder)
  const fault = faults[parsed.command]
  if (fault === 'before') throw new Error('We need your payment information to continue!')
  if (fault === 'away') throw new Error('server returned a non-200 status code: 503')
  if (fault === 'nothing') return ''
  const world = readWorld(folder)
  if (!world.isLoggedIn && parsed.command !== 'version')
    throw new Error("No access token available. Please login with 'flyctl auth login'")
  const value = await commands[parsed.command]?.({
    ...parsed,
    ...surroundings,
    ...{ world, input },
    isHealthy: !('unhealthy' in faults),
    isBackedUp: !('not-backed-up' in faults),
  })
  writeWorld(folder, world)
  if (fault === 'after') throw new Error('request returned no answer: context deadline exceeded')
  return `${typeof value === 'string' ? value : JSON.stringify(value, null, 4)}\n`
}
