import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPlace, type Place } from '../boot/place.ts'
import { openRemote, type Remote } from '../boot/remote.ts'
import { readSettings, type Settings } from '../boot/settings.ts'
import { bucketSecrets } from '../bucket/bucket.ts'
import { SeaworthyError } from '../errors.ts'
import { type DialectName, findLitestream, identifyLitestream } from '../litestream/binary.ts'

/** Which database is meant, and where the environment says that its volume and its bucket are. */
export interface SourceOptions {
  /** The app's folder, with litestream.yml. */
  root: string
  /** Path of the database on the volume, e.g. `dev.db`. */
  name: string
  /** The volume, or a folder that stands in for it. */
  volume: string
  env: NodeJS.ProcessEnv
}

/** A database's place and its backup. */
export interface Source {
  settings: Settings
  place: Place
  remote: Remote
}

/** @throws SeaworthyError `SW-RESTORE-NO-BUCKET`, `SW-BUCKET-SECRETS`, `SW-LITESTREAM-MISSING`, `SW-LITESTREAM-YML`. */
export const openSource = async ({ root, name, volume, env }: SourceOptions): Promise<Source> => {
  const settings = readSettings({ file: join(volume, name), volume }, root, {
    ...env,
    SEAWORTHY_VOLUME: volume,
  })
  const place = findPlace(settings, env)
  const remote = await openRemote(settings, place, env)
  if (remote === null) throw noBucket()
  const keys = Object.fromEntries(bucketSecrets.map((name) => [name, env[name]]))
  const command: Remote['command'] = (...words) => {
    const plain = remote.command(...words)
    return { ...plain, env: { ...keys, ...plain.env } }
  }
  return { settings, place, remote: { ...remote, command } }
}

/** For a look: what opening it writes goes to a folder that is removed. */
export const withSource = async <Result>(
  options: Omit<SourceOptions, 'volume'>,
  use: (source: Source) => Promise<Result>,
): Promise<Result> => {
  const volume = mkdtempSync(join(tmpdir(), 'seaworthy-'))
  try {
    return await use(await openSource({ ...options, volume }))
  } finally {
    rmSync(volume, { recursive: true, force: true })
  }
}

/** The Litestream that reads a format best: each its own, and 0.5 for want of the older one. */
export const remoteFor = async (remote: Remote, format: DialectName): Promise<Remote> => {
  if (remote.litestream.dialect === format) return remote
  const litestream = await packaged()
  if (litestream?.dialect !== format) return remote
  return {
    ...remote,
    litestream,
    command: (...words) => ({ ...remote.command(...words), file: litestream.path }),
  }
}

const packaged = async () => {
  try {
    return await identifyLitestream(findLitestream(undefined))
  } catch (error) {
    if (error instanceof SeaworthyError) return null
    throw error
  }
}

const noBucket = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-RESTORE-NO-BUCKET',
    what: 'Nothing says which bucket to restore from.',
    why: 'The environment has none of the five secrets, and there is no local machine with a bucket in this folder.',
    next: 'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL_S3, AWS_REGION and BUCKET_NAME, or for a folder SEAWORTHY_BUCKET_DIR.',
  })
