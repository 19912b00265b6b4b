import { randomBytes } from 'node:crypto'
import { bucketSecrets } from '../../bucket/bucket.ts'
import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { failed, isAway } from './failures.ts'
import { type Flyctl, fly } from './flyctl.ts'

/**
 * A private Tigris bucket; Fly sets its five secrets on the app. `--yes` agrees to the terms of Tigris; without a name flyctl
 * asks for one, where nobody may be there to answer.
 */
export const createBucket = (flyctl: Flyctl, app: string, name: string): Command =>
  fly(flyctl, ['storage', 'create', '--app', app, '--name', name, '--yes'])

/** A new name: all of Tigris's users share them, and the longest has 63 letters. */
export const bucketName = (app: string): string => `${app.slice(0, 54)}-${randomBytes(4).toString('hex')}`

/** All that is in it is lost. */
export const destroyBucket = (flyctl: Flyctl, app: string): Command =>
  fly(flyctl, ['storage', 'destroy', '--app', app, '--yes'])

/**
 * Whether the app has its bucket, as the names of its secrets tell.
 *
 * @throws SeaworthyError `SW-FLY-BUCKET-SECRETS` when there is a bucket, or a part of its secrets, and not all five;
 * `SW-FLY-UNREACHABLE`.
 */
export const hasBucket = async (flyctl: Flyctl, app: string, secrets: string[]): Promise<boolean> => {
  const missing = bucketSecrets.filter((name) => !secrets.includes(name))
  if (missing.length === 0) return true
  if (missing.length < bucketSecrets.length) throw halfSet(app, missing)
  // It has no --json: its exit code says whether there is one.
  const command = fly(flyctl, ['storage', 'status', '--app', app])
  const result = await flyctl.run(command, { timeoutMs: 60_000 })
  if (result.code === 0) throw halfSet(app, missing)
  if (isAway(result.stderr)) throw failed(command, result)
  return false
}

const halfSet = (app: string, missing: string[]): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-BUCKET-SECRETS',
    what: `The app ${app} has a bucket, or a part of its secrets, but not ${missing.join(', ')}.`,
    why: "A start with some of the five secrets is refused, and without any of them nothing is backed up; Fly shows a bucket's keys only when it is made.",
    next: `Set them: fly secrets import --stage --app ${app} reads NAME=VALUE lines from standard input; fly storage dashboard --app ${app} makes new keys.`,
  })
