import { posix } from 'node:path'
import { databaseFile, isFileUrl } from '../prisma/location.ts'
import type { AppProfile } from '../scan/profile.ts'
import { allSteps, type Stage, stagesOf } from './dockerfile-stages.ts'
import type { OwnDockerfile } from './own-dockerfile.ts'
import type { DeployPlan, VolumePlan } from './plan-types.ts'
import { shellWords } from './shell-words.ts'

type Earlier = AppProfile['earlier']

/**
 * The user's own Dockerfile without what an earlier set-up starts the app through; null for one that came with that set-up.
 */
export const withoutEarlier = (own: OwnDockerfile | null, earlier: Earlier): OwnDockerfile | null => {
  if (own === null || earlier === null) return own
  if (earlier.by === 'litefs')
    return own.command[0] === 'litefs' && earlier.start ? { ...own, command: shellWords(earlier.start) } : own
  if (posix.basename(own.command[0] ?? '') !== earlier.script) return own
  return isByFlyLaunch(own.stage) ? null : { ...own, command: own.command.slice(1) }
}

/** `fly launch` writes it into each Dockerfile that it makes. */
const isByFlyLaunch = (stage: Stage | null): boolean =>
  stage !== null &&
  allSteps(stage).some(({ keyword, text }) => keyword === 'LABEL' && text.startsWith('fly_launch_runtime='))

export interface PlacedDatabase {
  /** Absolute path on the volume. */
  path: string
  /** What fly.toml is to set the variable to; null: nothing. */
  url: string | null
}

/**
 * Where production has the database: the variable's value in fly.toml or in the Dockerfile names it. A file outside of
 * the volume comes onto it under its own name, as the start script does it.
 */
export const placeDatabase = (
  { file, env }: { file: string; env: string | null },
  volume: VolumePlan,
  { flyEnv, dockerfile, isImageKept }: Surroundings,
): PlacedDatabase => {
  const onVolume = (path: string): string =>
    path.startsWith(`${volume.destination}/`) ? path : posix.join(volume.destination, posix.basename(path))
  const stated = env === null ? undefined : flyEnv[env]
  const url = stated ?? (env === null ? undefined : envIn(dockerfile)[env])
  if (url === undefined || !isFileUrl(url)) return { path: onVolume(file), url: stated ?? null }
  const path = onVolume(databaseFile(url, '.', '/app'))
  const isLost = stated === undefined && !isImageKept && path !== onVolume(file)
  return { path, url: stated ?? (isLost ? `file:${path}` : null) }
}

export interface Surroundings {
  /** `[env]` of fly.toml. */
  flyEnv: Record<string, string>
  /** Text of the Dockerfile that production has been built with. */
  dockerfile: string | null
  isImageKept: boolean
}

/** ENV of the last stage, with variables filled in. */
export const envIn = (text: string | null): Record<string, string> => {
  const stage = text === null ? undefined : stagesOf(text).at(-1)
  const values: Record<string, string> = {}
  for (const { keyword, words, text: line } of stage ? allSteps(stage) : []) {
    if (keyword !== 'ENV') continue
    const pairs = words[0]?.includes('=') ? words : [line.replace(/\s+/, '=')]
    for (const pair of pairs) {
      const at = pair.indexOf('=')
      const value = pair.slice(at + 1).replaceAll(/^["']|["']$/g, '')
      values[pair.slice(0, at)] = value.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => values[name] ?? '')
    }
  }
  return values
}

/** Files of an earlier set-up that this plan writes anew. */
export const takenOver = (earlier: Earlier, own: OwnDockerfile | null): DeployPlan['takesOver'] => {
  if (earlier?.by !== 'dockerfile-node' || earlier.script === null) return []
  const isEdited = !earlier.unedited.includes(earlier.script)
  return [
    ...(own === null ? [{ path: 'Dockerfile', isKept: true }] : []),
    { path: earlier.script, isKept: isEdited },
    ...earlier.unedited.filter((path) => path !== earlier.script).map((path) => ({ path, isKept: false })),
  ]
}
