import semver from 'semver'
import { type Command, type CommandResult, type RunOptions, show } from '../../command.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import { asRecord, textAt } from './answers.ts'
import { failed, missing, tooOld } from './failures.ts'

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
 * @throws SeaworthyError `SW-FLY-MISSING`, `SW-FLY-VERSION`, `SW-FLY-FAILED`, `SW-FLY-ANSWER`.
 */
export const findFlyctl = async ({ run }: Context): Promise<Flyctl> => {
  for (const file of ['fly', 'flyctl']) {
    const found: Flyctl = { file, run }
    const result = await run(fly(found, ['version', '--json']), { timeoutMs: answerMs })
    if (result.isMissing) continue
    if (result.code !== 0) throw failed(fly(found, ['version', '--json']), result)
    const version = textAt(asRecord(parsed(found, ['version', '--json'], result)), 'Version')
    const known = semver.coerce(version)
    if (known && semver.lt(known, oldest)) throw tooOld(file, version, oldest)
    return found
  }
  throw missing()
}

/** @throws SeaworthyError `SW-FLY-LOGGED-OUT`, `SW-FLY-UNREACHABLE`, `SW-FLY-FAILED`. */
export const requireLogin = async (flyctl: Flyctl): Promise<void> => {
  await ask(flyctl, ['auth', 'whoami'])
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
 * @throws SeaworthyError those of `failed`, `SW-FLY-ANSWER`.
 */
export const ask = async (flyctl: Flyctl, args: string[]): Promise<unknown> => {
  const words = [...args, '--json']
  const command = fly(flyctl, words)
  const result = await flyctl.run(command, { timeoutMs: answerMs })
  if (result.code !== 0) throw failed(command, result)
  return parsed(flyctl, words, result)
}

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
