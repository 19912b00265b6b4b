import { type Command, type CommandResult, show } from '../../command.ts'
import { SeaworthyError, TemporaryError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'

/**
 * The error of a command that did not end well: `SW-FLY-LOGGED-OUT`, `SW-FLY-UNREACHABLE`, else `SW-FLY-FAILED`. flyctl has one
 * exit code for all of them, so its last words tell. Standard output is not shown: `storage create` prints the bucket's keys there.
 */
export const failed = (command: Command, { code, stderr, isTimedOut }: CommandResult): SeaworthyError => {
  if (isLoggedOut.test(stderr)) return loggedOut(stderr)
  if (isAway(stderr)) return unreachable(command, stderr)
  return new SeaworthyError({
    code: 'SW-FLY-FAILED',
    what: `\`${show(command)}\` ${isTimedOut ? 'gave no answer' : `ended with exit code ${code}`}.`,
    why: lastLines(stderr, 8) || 'It said nothing.',
    next: `Type it yourself to see more, then run the same command of seaworthy again: ${show(command)}`,
  })
}

/** No token, or one that Fly takes no longer. */
const isLoggedOut = /^Error: .*(?:no access token|must be authenticated|status code: 401)/im

/** It did not get through to Fly, as Go says it, or Fly has trouble of its own. */
export const isAway = (stderr: string): boolean =>
  /^Error: .*(?:\bdial tcp\b|TLS handshake timeout|status code: 5\d\d)/m.test(stderr)

const unreachable = (command: Command, stderr: string): SeaworthyError =>
  new TemporaryError({
    code: 'SW-FLY-UNREACHABLE',
    what: `\`${show(command)}\` got no answer from Fly.`,
    why: lastLines(stderr, 4),
    next: 'Look whether this computer is on the network (fly doctor) and what https://status.flyio.net says, then run the same command again.',
  })

export const missing = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-MISSING',
    what: 'flyctl is not installed: neither `fly` nor `flyctl` is on PATH.',
    why: 'Apps, volumes and buckets on Fly are made through it.',
    next: 'Install it (https://fly.io/docs/flyctl/install/), then fly auth login, and run the same command again.',
  })

export const tooOld = (file: string, version: string, oldest: string): SeaworthyError =>
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
