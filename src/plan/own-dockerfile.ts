import { type Cmd, DockerfileParser, type Entrypoint, type From, type Instruction } from 'dockerfile-ast'
import { dockerfileMarker } from './marker.ts'
import { shellWords } from './shell-words.ts'

/** What the user's own Dockerfile starts: its ENTRYPOINT and CMD as one command, word by word. */
export interface OwnDockerfile {
  command: string[]
  hasEntrypoint: boolean
}

/** Reads a Dockerfile's text; null when there is none, or when seaworthy wrote it. */
export const readOwnDockerfile = (text: string | null): OwnDockerfile | null => {
  if (text === null || text.startsWith(dockerfileMarker)) return null
  const { entrypoint, cmd } = startOf(stagesOf(text))
  const entrypointWords = entrypoint ? wordsOf(entrypoint) : []
  // A shell-form ENTRYPOINT never sees CMD: https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example
  const cmdWords = cmd && (!entrypoint || execForm(entrypoint)) ? wordsOf(cmd) : []
  return { command: [...entrypointWords, ...cmdWords], hasEntrypoint: entrypointWords.length > 0 }
}

interface Stage {
  name: string | null
  base: string | null
  entrypoint: Entrypoint | undefined
  cmd: Cmd | undefined
}

const stagesOf = (text: string): Stage[] => {
  const stages: Stage[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword()
    if (keyword === 'FROM') {
      const from = instruction as From
      stages.push({
        name: from.getBuildStage(),
        base: from.getImage(),
        entrypoint: undefined,
        cmd: undefined,
      })
    }
    const stage = stages.at(-1)
    if (stage && keyword === 'CMD') stage.cmd = instruction as Cmd
    if (stage && keyword === 'ENTRYPOINT') stage.entrypoint = instruction as Entrypoint
  }
  return stages
}

/** ENTRYPOINT and CMD of the last stage, inherited from the stages that it is built from. */
const startOf = (stages: Stage[]): Pick<Stage, 'entrypoint' | 'cmd'> => {
  const stage = stages.at(-1)
  if (!stage) return { entrypoint: undefined, cmd: undefined }
  // An ENTRYPOINT of a stage's own resets the CMD it would inherit.
  if (stage.entrypoint) return stage
  const base = stages.slice(0, -1).findLastIndex(({ name }) => name !== null && sameName(name, stage.base))
  const inherited = startOf(stages.slice(0, base + 1))
  return { entrypoint: inherited.entrypoint, cmd: stage.cmd ?? inherited.cmd }
}

const sameName = (name: string, base: string | null): boolean => name.toLowerCase() === base?.toLowerCase()

const wordsOf = (instruction: Instruction): string[] =>
  execForm(instruction) ?? shellWords(lineOf(instruction))

/** The words of `["node", "server.js"]`; null for anything that is not JSON, which Docker hands to a shell. */
const execForm = (instruction: Instruction): string[] | null => {
  try {
    const words: unknown = JSON.parse(lineOf(instruction))
    return Array.isArray(words) ? words.map(String) : null
  } catch {
    return null
  }
}

/** What follows the keyword, with continued lines joined and the comments between them left out. */
const lineOf = (instruction: Instruction): string =>
  (instruction.getRawArgumentsContent() ?? '')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\[ \t]*\r?\n/g, ' ')
