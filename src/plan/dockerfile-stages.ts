import { posix } from 'node:path'
import { DockerfileParser, type From, type Instruction, type ModifiableInstruction } from 'dockerfile-ast'

/** One stage of a Dockerfile; what it inherits is in its `parent`. */
export interface Stage {
  name: string | null
  /** What it is built from, variables filled in: an image, or the name of `parent`. */
  image: string
  parent: Stage | null
  /** The stages above it, which its COPY may take files from. */
  earlier: Stage[]
  steps: Step[]
}

export interface Step {
  /** In capitals: `COPY`. */
  keyword: string
  /** What follows it, continued lines joined and the comments between them left out. */
  text: string
  /** The words of a JSON array; null for anything else, which Docker hands to a shell or splits itself. */
  exec: string[] | null
  /** The words of the text, variables filled in. */
  words: string[]
  flags: Record<string, string>
  /** The folder that this step happens in. */
  workdir: string
}

/** The stages of a Dockerfile, up to the one called `target` where a target is named. */
export const stagesOf = (text: string, target: string | null = null): Stage[] => {
  const stages: Stage[] = []
  const file = DockerfileParser.parse(text)
  for (const instruction of file.getInstructions()) {
    const stage = stages.at(-1)
    if (instruction.getKeyword() === 'FROM') stages.push(newStage(instruction as From, stages))
    else if (stage) stage.steps.push(stepOf(instruction, workdirOf(stage), file.getEscapeCharacter()))
  }
  const last = stages.findIndex(({ name }) => isCalled(name, target))
  return last < 0 ? stages : stages.slice(0, last + 1)
}

/** Its own steps and those it inherits, in their order. */
export const allSteps = (stage: Stage): Step[] => [
  ...(stage.parent ? allSteps(stage.parent) : []),
  ...stage.steps,
]

/** The image below all stages. */
export const baseImage = (stage: Stage): string => (stage.parent ? baseImage(stage.parent) : stage.image)

/** The folder that the stage ends in. */
export const workdirOf = (stage: Stage): string => {
  const last = stage.steps.at(-1)
  if (last)
    return last.keyword === 'WORKDIR' ? posix.resolve(last.workdir, unquoted(last.text, last)) : last.workdir
  if (stage.parent) return workdirOf(stage.parent)
  return stage.image.startsWith('oven/bun') ? '/home/bun/app' : '/'
}

/** The stage that `--from` names by name or number; null for an image. */
export const stageCalled = (from: string, { earlier }: Stage): Stage | null =>
  earlier.findLast(({ name }) => isCalled(name, from)) ??
  earlier[/^\d+$/.test(from) ? Number(from) : -1] ??
  null

const isCalled = (name: string | null, other: string | null): boolean =>
  name !== null && name.toLowerCase() === other?.toLowerCase()

const newStage = (from: From, earlier: Stage[]): Stage => {
  const image = from.getExpandedArguments()[0]?.getValue() ?? ''
  const parent = earlier.findLast(({ name }) => isCalled(name, image)) ?? null
  return { name: from.getBuildStage(), image, parent, earlier: [...earlier], steps: [] }
}

const stepOf = (instruction: Instruction, workdir: string, mark: string): Step => {
  const text = joined(instruction.getRawArgumentsContent() ?? '', mark)
  const exec = jsonWords(text)
  return {
    keyword: instruction.getKeyword(),
    text,
    exec,
    words: exec ?? instruction.getExpandedArguments().map((word) => word.getValue()),
    flags: flagsOf(instruction),
    workdir,
  }
}

// `mark` is what an escape directive may change. The parser's own joined text keeps a comment that an empty line follows.
const joined = (text: string, mark: string): string =>
  text.replaceAll(new RegExp(`\\${mark}[ \\t]*\\r?\\n(?:[ \\t]*(?:#.*)?\\r?\\n)*`, 'g'), ' ').trim()

const unquoted = (text: string, { words }: Step): string => (words[0] ?? text).replaceAll(/^["']|["']$/g, '')

const jsonWords = (text: string): string[] | null => {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words.map(String) : null
  } catch {
    return null
  }
}

const flagsOf = (instruction: Instruction): Record<string, string> =>
  'getFlags' in instruction
    ? Object.fromEntries(
        (instruction as ModifiableInstruction)
          .getFlags()
          .map((flag) => [flag.getName(), flag.getValue() ?? '']),
      )
    : {}
