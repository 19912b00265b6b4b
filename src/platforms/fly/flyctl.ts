import semver from 'semver'
import { type Command, type CommandResult, type RunOptions, show } from '../../command.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'
import { asRecord, textAt } from './answers.ts'

/** Fly's own program, found and old enough. */
export interface Flyctl {
  /** `fly` or `flyctl`, as it is called here. */
  file: string
  run: (command: Command, options?: RunOptions) => Promise<CommandResult>
}

/** The first one that has all that is used here: `storage create` keeps secrets that are set, `machine exec` prints JSON. */
const oldest = '0.2.0'

const answerMs = 60_000

/**
 * Finds flyctl on PATH.
 *
 * @throws SeaworthyError `SW-FLY-MISSING`, `SW-FLY-VERSION`, `SW-FLY-ANSWER`.
 */
export const findFlyctl = async ({ run }: Context): Promise<Flyctl> => {
  for (const file of ['fly', 'flyctl']) {
    const found: Flyctl = { file, run }
    const result = await run(fly(found, ['version', '--json']), { timeoutMs: answerMs })
    if (result.isMissing) continue
    if (result.code !== 0) throw failed(fly(found, ['version', '--json']), result)
    const version = textAt(asRecord(parsed(found, ['version', '--json'], result)), 'Version')
    const known = semver.coerce(version)
    if (known && semver.lt(known, oldest)) throw tooOld(file, version)
    return found
  }
  throw missing()
}

/** @throws SeaworthyError `SW-FLY-LOGGED-OUT`. */
export const requireLogin = async (flyctl: Flyctl): Promise<void> => {
  const command = fly(flyctl, ['auth', 'whoami', '--json'])
  const { code, stderr } = await flyctl.run(command, { timeoutMs: answerMs })
  if (code !== 0) throw loggedOut(stderr)
}

/** A command of flyctl as data; it looks for no newer version of itself. */
export const fly = ({ file }: Pick<Flyctl, 'file'>, args: string[], cwd?: string): Command => ({
  file,
  args,
  env: { FLY_NO_UPDATE_CHECK: '1' },
  ...(cwd === undefined ? {} : { cwd }),
})

/**
 * What a command of flyctl prints with `--json`; its text for people is never read.
 *
 * @throws SeaworthyError `SW-FLY-FAILED`, `SW-FLY-ANSWER`.
 */
export const ask = async (flyctl: Flyctl, args: string[]): Promise<unknown> => {
  const words = [...args, '--json']
  const command = fly(flyctl, words)
  const result = await flyctl.run(command, { timeoutMs: answerMs })
  if (result.code !== 0) throw failed(command, result)
  return parsed(flyctl, words, result)
}

/** Standard output is not shown: `storage create` prints the bucket's keys there. */
export const failed = (command: Command, { code, stderr, isTimedOut }: CommandResult): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-FAILED',
    what: `\`${show(command)}\` ${isTimedOut ? 'gave no answer' : `ended with exit code ${code}`}.`,
    why: lastLines(stderr, 8) || 'It said nothing.',
    next: `Type it yourself to see more, then run the same command of seaworthy again: ${show(command)}`,
  })

const parsed = (flyctl: Flyctl, args: string[], { stdout }: CommandResult): unknown => {
  try {
    return JSON.parse(stdout)
  } catch (error) {
    const command = show(fly(flyctl, args))
    throw new SeaworthyError({
      code: 'SW-FLY-ANSWER',
      what: `\`${command}\` did not print JSON.`,
      why: 'This flyctl is another than those that seaworthy knows.',
      next: 'fly version upgrade, then run the same command again.',
      cause: error,
    })
  }
}

const missing = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-MISSING',
    what: 'flyctl is not installed: neither `fly` nor `flyctl` is on PATH.',
    why: 'Apps, volumes and buckets on Fly are made through it.',
    next: 'Install it (https://fly.io/docs/flyctl/install/), then fly auth login, and run the same command again.',
  })

const tooOld = (file: string, version: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-VERSION',
    what: `${file} is version ${version}; ${oldest} or newer is needed.`,
    why: 'Older ones overwrite secrets of a bucket, or print no JSON where it is read.',
    next: `${file} version upgrade`,
  })

const loggedOut = (stderr: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-LOGGED-OUT',
    what: 'Nobody is logged in to Fly on this computer.',
    why: lastLines(stderr, 4) || 'flyctl has no access token.',
    next: 'fly auth login (without a browser: FLY_API_TOKEN), then run the same command again.',
  })
