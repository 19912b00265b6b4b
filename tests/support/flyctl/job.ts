import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from '@decimalturn/toml-patch'
import type { Parsed } from './flags.ts'
import type { App, Surroundings, World } from './state.ts'

/** What a command works on. */
export interface Job extends Parsed, Omit<Surroundings, 'readInput'> {
  world: World
  input: string
  /** What a test has said about machines. */
  isHealthy: boolean
  isBackedUp: boolean
}

export const tomlOf = ({ cwd, flags: { config } }: Job): string => {
  try {
    return readFileSync(resolve(cwd, String(config ?? 'fly.toml')), 'utf8')
  } catch {
    return ''
  }
}

export const rootOf = ({ cwd, flags: { config } }: Job): string =>
  dirname(resolve(cwd, String(config ?? 'fly.toml')))

export const nameOf = (job: Job): string => {
  const name = job.flags.app ?? parse(tomlOf(job)).app
  if (typeof name !== 'string') throw new Error('the config for your app is missing an app name')
  return name
}

export const appOf = (job: Job): App => {
  const app = job.world.apps[nameOf(job)]
  if (!app) throw new Error(`Could not find App "${nameOf(job)}"`)
  return app
}
