import { allSteps, baseImage, type Stage, type Step, stagesOf, workdirOf } from './dockerfile-stages.ts'
import { placesIn } from './image-places.ts'
import { dockerfileMarker, setupScript } from './marker.ts'
import type { SetupPlan } from './plan-types.ts'
import { shellWords } from './shell-words.ts'

/** What the user's own Dockerfile makes. */
export interface OwnDockerfile {
  /** Its ENTRYPOINT and CMD as one command, word by word. */
  command: string[]
  hasEntrypoint: boolean
  /** The folder that the command is started in. */
  workdir: string
  /** The user that it is started as; null for the base image's, which is root in most. */
  user: string | null
  /** The image that its last stage is made from in the end. */
  image: string
  /** Its last stage; null where the file has no FROM. */
  stage: Stage | null
}

/**
 * Reads a Dockerfile's text; null when there is none, or when seaworthy wrote it.
 *
 * @param target the stage that is built, where it is not the last one.
 */
export const readOwnDockerfile = (
  text: string | null,
  target: string | null = null,
): OwnDockerfile | null => {
  if (text === null || text.startsWith(dockerfileMarker)) return null
  const stage = stagesOf(text, target).at(-1) ?? null
  const image = stage ? baseImage(stage) : ''
  const { entrypoint, cmd } = stage ? startOf(stage) : nothing
  const shell = stage ? shellOf(stage) : null
  const entrypointWords = entrypoint ? wordsOf(entrypoint, shell) : baseEntrypoint(image)
  // A shell-form ENTRYPOINT never sees CMD: https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example
  const cmdWords = cmd && (!entrypoint || entrypoint.exec) ? wordsOf(cmd, shell) : []
  return {
    command: throughNodeImage([...entrypointWords, ...cmdWords], image, entrypoint !== undefined),
    hasEntrypoint: entrypointWords.length > 0,
    workdir: stage ? workdirOf(stage) : '/',
    user: stage ? (lastStep(stage, 'USER')?.words[0]?.split(':')[0] ?? null) : null,
    image,
    stage,
  }
}

export const setupOf = (own: OwnDockerfile): SetupPlan => {
  const places = own.stage ? placesIn(own.stage, setupScript) : []
  const isHere =
    places.length === 0 || places.includes(`${own.workdir === '/' ? '' : own.workdir}/${setupScript}`)
  const script = isHere ? setupScript : (places[0] ?? setupScript)
  // Distroless has no `env`, and its Node is on no PATH: there Node itself is the ENTRYPOINT.
  if (isDistroless(own.image)) return { command: [script], entrypoint: [distrolessNode] }
  return { command: ['node', script], entrypoint: own.hasEntrypoint ? ['/usr/bin/env'] : null }
}

type Start = Record<'entrypoint' | 'cmd', Step | undefined>

const nothing: Start = { entrypoint: undefined, cmd: undefined }

/** ENTRYPOINT and CMD of a stage, its own or inherited from the stages that it is built from. */
const startOf = (stage: Stage): Start => {
  const own = (keyword: string) => stage.steps.findLast((step) => step.keyword === keyword)
  const [entrypoint, cmd] = [own('ENTRYPOINT'), own('CMD')]
  // An ENTRYPOINT of a stage's own resets the CMD it would inherit.
  if (entrypoint) return { entrypoint, cmd }
  const inherited = stage.parent ? startOf(stage.parent) : nothing
  return { entrypoint: inherited.entrypoint, cmd: cmd ?? inherited.cmd }
}

const lastStep = (stage: Stage, keyword: string): Step | undefined =>
  allSteps(stage).findLast((step) => step.keyword === keyword)

const shellOf = (stage: Stage): string[] | null => lastStep(stage, 'SHELL')?.exec ?? null

/** A line that needs a shell has the one that SHELL names. */
const wordsOf = ({ exec, text }: Step, shell: string[] | null): string[] => {
  if (exec) return exec
  const words = shellWords(text)
  if (words[0] === 'exec') return words.slice(1)
  return shell && words[0] === 'sh' && words[1] === '-c' ? [...shell, ...words.slice(2)] : words
}

const isDistroless = (image: string): boolean => /\bdistroless\/nodejs/.test(image)

const distrolessNode = '/nodejs/bin/node'

const baseEntrypoint = (image: string): string[] => (isDistroless(image) ? [distrolessNode] : [])

/** Node's images start what is a script, or an option, with Node: docker-entrypoint.sh of https://github.com/nodejs/docker-node */
const throughNodeImage = (command: string[], image: string, hasEntrypoint: boolean): string[] => {
  const isScript = /^-|\.[cm]?js$/.test(command[0] ?? '')
  return isScript && !hasEntrypoint && /^(docker\.io\/)?(library\/)?node([:@]|$)/.test(image)
    ? ['node', ...command]
    : command
}
