import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { isRandom } from '../random-secrets.ts'
import { asRecords, textAt } from './answers.ts'
import { ask, type Flyctl, fly } from './flyctl.ts'

/** Names of the app's secrets; nobody can read their values. */
export const listSecrets = async (flyctl: Flyctl, app: string): Promise<string[]> =>
  asRecords(await ask(flyctl, ['secrets', 'list', '--app', app])).map((secret) =>
    textAt(secret, 'name', 'Name'),
  )

/** Values come by standard input, as `secretLines` makes them. Staged: the next deployment brings them. */
export const importSecrets = (flyctl: Flyctl, app: string): Command =>
  fly(flyctl, ['secrets', 'import', '--stage', '--app', app])

export const unsetSecrets = (flyctl: Flyctl, app: string, names: readonly string[]): Command =>
  fly(flyctl, ['secrets', 'unset', ...names, '--stage', '--app', app])

/**
 * Those of the wanted secrets that are not set and that can be made up.
 *
 * @throws SeaworthyError `SW-FLY-SECRETS-UNSET` for keys and addresses that only the user knows.
 */
export const secretsToMake = (app: string, wanted: string[], present: string[]): string[] => {
  const unset = wanted.filter((name) => !present.includes(name))
  const unknown = unset.filter((name) => !isRandom(name))
  if (unknown.length > 0) throw secretsUnset(app, unknown)
  return unset
}

const secretsUnset = (app: string, names: string[]): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-SECRETS-UNSET',
    what: `The app needs ${names.join(', ')}, which ${names.length === 1 ? 'is' : 'are'} not set on Fly.`,
    why: 'Another service gives out these values, or only you know them; they cannot be made up.',
    next: `fly secrets import --stage --app ${app} reads NAME=VALUE lines from standard input; what is no secret can stand in [env] of fly.toml. Then run the same command again.`,
  })
