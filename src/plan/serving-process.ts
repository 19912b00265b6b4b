import { setupScript } from './marker.ts'
import { shellWords } from './shell-words.ts'

/** The process group of fly.toml that serves the app, and the others beside it. */
export interface ServingProcess {
  group: string
  /** Null where Fly starts what the image says. */
  command: string | null
  others: string[]
  /** Nothing told them apart: it is the first one. */
  isGuessed: boolean
}

/**
 * Which of several processes serves the app: the only one that the service names, the one that dbsetup is part of
 * already, `app` as Fly calls it by default, `web` or `server`, or the one with the command that starts the app elsewhere.
 *
 * @param processes commands of fly.toml's `[processes]` by group.
 * @param served groups that the service names; none means all.
 * @param starts what the Dockerfile and package.json start, word by word.
 */
export const servingProcess = (
  processes: Record<string, string | null>,
  served: string[],
  starts: string[][],
): ServingProcess => {
  const groups = Object.keys(processes)
  const candidates = served.length > 0 ? served : groups
  const isStart = (group: string): boolean =>
    starts.some((words) => words.length > 0 && isSame(words, shellWords(processes[group] ?? '')))
  const known = [
    ...(candidates.length === 1 ? candidates : []),
    ...candidates.filter((group) => processes[group]?.includes(setupScript)),
    ...['app', 'web', 'server'].filter((group) => candidates.includes(group)),
    ...candidates.filter(isStart),
  ]
  const group = known[0] ?? candidates[0] ?? 'app'
  return {
    group,
    command: processes[group] ?? null,
    others: groups.filter((other) => other !== group),
    isGuessed: known.length === 0 && candidates.length > 0,
  }
}

const isSame = (left: string[], right: string[]): boolean => JSON.stringify(left) === JSON.stringify(right)
