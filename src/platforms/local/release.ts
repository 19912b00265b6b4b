import { existsSync, readdirSync, rmSync } from 'node:fs'
import { directCommand } from '../../boot/app-command.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import type { DeployPlan } from '../../plan/plan-types.ts'
import { shellWords } from '../../plan/shell-words.ts'
import { lastLines } from '../../terminal/last-lines.ts'
import { copyApp } from './copy-app.ts'
import { linkModules } from './link-modules.ts'
import { type LocalPaths, releaseFolder } from './paths.ts'

/**
 * Makes a new release of the app beside the one that runs: what an image of it would be.
 *
 * @returns its number.
 * @throws SeaworthyError `SW-BUILD-FAILED`.
 */
export const makeRelease = async (
  root: string,
  plan: DeployPlan,
  paths: LocalPaths,
  ctx: Context,
): Promise<number> => {
  const release = 1 + Math.max(0, ...releasesIn(paths))
  const folder = releaseFolder(paths, release)
  try {
    copyApp(root, folder, plan.image.generated)
    linkModules(root, folder)
    for (const words of buildSteps(plan)) await build(words, folder, plan, ctx)
    return release
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Removes all releases but this one. */
export const removeReleases = (paths: LocalPaths, except: number): void => {
  for (const release of releasesIn(paths)) {
    if (release !== except) rmSync(releaseFolder(paths, release), { recursive: true, force: true })
  }
}

const releasesIn = ({ releases }: LocalPaths): number[] =>
  existsSync(releases) ? readdirSync(releases).map(Number).filter(Number.isInteger) : []

const buildSteps = ({ image }: DeployPlan): string[][] =>
  [image.generate ?? [], shellWords(image.build ?? '')].filter((words) => words.length > 0)

const build = async (words: string[], folder: string, plan: DeployPlan, ctx: Context): Promise<void> => {
  const command = directCommand(words, folder)
  const env = { ...command.env, ...plan.image.buildEnv }
  const { code, stdout, stderr } = await ctx.run({ ...command, env })
  if (code === 0) return
  throw new SeaworthyError({
    code: 'SW-BUILD-FAILED',
    what: `The app could not be built: "${words.join(' ')}" ended with exit code ${code}.`,
    why: lastLines(`${stdout}\n${stderr}`, 20) || 'It said nothing.',
    next: 'Correct it and deploy again: npx seaworthy local deploy. A machine that runs goes on as it is.',
  })
}
