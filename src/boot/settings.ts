import { isAbsolute, resolve } from 'node:path'
import type { BucketConfig } from '../bucket/bucket.ts'
import { s3FromEnvironment } from '../bucket/secrets.ts'
import { badVariable } from '../errors.ts'

/** What the start script says. Paths are relative to the script's folder. */
export interface DatabaseOptions {
  /** The file that Prisma opens, e.g. `prisma/dev.db`; absolute where the url is. */
  file: string
  /** The environment variable that the app takes its database url from, if it does. */
  env?: string
  /** Mount point of the volume, e.g. `/data`. */
  volume: string
  /** Folder of the package that has Prisma's files, where the app is another one of its workspace: seed and CLI run there. */
  prisma?: string
  /** Prisma's schema, where it is not in a place that the Prisma CLI finds by itself. */
  schema?: string
  /** False: this app has chosen to have no backups. */
  backup?: boolean
  /** Litestream's configuration; `litestream.yml` if it is there. */
  litestream?: string
  /** Whom everything runs as where the script is started by root: a name, or `uid:gid`. */
  user?: string
}

export interface Settings {
  /** Folder of the start script: the app. */
  root: string
  /** Absolute path of the folder that seed and Prisma's CLI run in. */
  prismaRoot: string
  file: string
  env: string | undefined
  volume: string
  /** The volume was named by the environment, so that whoever set it answers for its being one. */
  isVolumeGiven: boolean
  /** It was said that the data may be lost: a folder that is no mount will do. */
  isEphemeral: boolean
  schema: string | undefined
  bucket: BucketConfig | null
  isBackupWanted: boolean
  litestreamConfig: string
  /** Path of the binary, when it was named. */
  litestreamBinary: string | undefined
  /** Seconds after which a lease that was not renewed may be taken. */
  leaseTtl: number
  /** Whom to become where root starts us. */
  user: string | undefined
  /** What to do with a local database that is behind its backup. */
  reconcile: 'refuse' | 'restore' | 'keep'
  logFormat: 'text' | 'json'
  /** Begin beside the start that runs on the volume, and let the next one begin beside this. */
  isHandover: boolean
  /** `aside`: a release command or a console, which gets the link and nothing else. */
  role: 'app' | 'aside'
  /** Seconds that the app has to end after SIGTERM before it is killed. */
  stopTimeout: number
  /** Seconds that a predecessor on this volume gets to end. */
  lockWait: number
  /** Seconds that a start without a local database waits for a bucket that is away. */
  bucketWait: number
  /** Seconds that one request to the bucket may take. */
  requestTimeout: number
  /** Seconds that the final sync may take. */
  syncTimeout: number
  /** Seconds without progress after which a Litestream that restores or uploads is taken for hanging. */
  stall: number
}

/**
 * Reads all that steers a start, before its first step.
 *
 * @throws SeaworthyError `SW-BUCKET-SECRETS` naming the secrets that are missing when only some of the five are set;
 * `SW-ENV` for a variable with a value that it cannot have.
 */
export const readSettings = (options: DatabaseOptions, root: string, env: NodeJS.ProcessEnv): Settings => {
  const isBackupWanted = options.backup !== false
  return {
    root,
    prismaRoot: resolve(root, options.prisma ?? '.'),
    file: options.file,
    env: options.env,
    volume: resolve(root, env.SEAWORTHY_VOLUME || options.volume),
    isVolumeGiven: Boolean(env.SEAWORTHY_VOLUME),
    isEphemeral: isYes(env.SEAWORTHY_EPHEMERAL),
    schema: options.schema,
    bucket: isBackupWanted ? readBucket(env, root) : null,
    isBackupWanted,
    litestreamConfig: resolve(root, options.litestream ?? 'litestream.yml'),
    litestreamBinary: env.SEAWORTHY_LITESTREAM || undefined,
    leaseTtl: readNumber(env, 'SEAWORTHY_LEASE_TTL', 30),
    user: env.SEAWORTHY_USER || options.user,
    reconcile: readChoice(env, 'SEAWORTHY_RECONCILE', ['refuse', 'restore', 'keep']),
    logFormat: readChoice(env, 'SEAWORTHY_LOG', ['text', 'json']),
    isHandover: isYes(env.SEAWORTHY_HANDOVER),
    role: isAside(env) ? 'aside' : 'app',
    stopTimeout: readNumber(env, 'SEAWORTHY_STOP_TIMEOUT', 20),
    lockWait: readNumber(env, 'SEAWORTHY_LOCK_WAIT', 30),
    bucketWait: readNumber(env, 'SEAWORTHY_BUCKET_WAIT', 60),
    requestTimeout: readNumber(env, 'SEAWORTHY_REQUEST_TIMEOUT', 10),
    syncTimeout: readNumber(env, 'SEAWORTHY_SYNC_TIMEOUT', 15),
    stall: readNumber(env, 'SEAWORTHY_STALL', 60),
  }
}

// Fly runs release commands and consoles in the app's own image, with its entrypoint and without its volume:
// https://fly.io/docs/reference/configuration/#run-one-off-commands-before-releasing-a-deployment
const isAside = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env.RELEASE_COMMAND) || /^fly_app_(console|release_command)$/.test(env.FLY_PROCESS_GROUP ?? '')

const readBucket = (env: NodeJS.ProcessEnv, root: string): BucketConfig | null => {
  const directory = env.SEAWORTHY_BUCKET_DIR
  if (directory)
    return { kind: 'folder', directory: isAbsolute(directory) ? directory : resolve(root, directory) }
  return s3FromEnvironment(env)
}

const readNumber = (env: NodeJS.ProcessEnv, name: string, fallback: number): number => {
  const text = env[name]
  if (!text) return fallback
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw badVariable(name, 'a number of seconds above 0')
}

const readChoice = <Choice extends string>(
  env: NodeJS.ProcessEnv,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice => {
  const text = env[name]
  if (!text) return choices[0]
  const choice = choices.find((candidate) => candidate === text)
  if (choice !== undefined) return choice
  throw badVariable(name, choices.join(' or '))
}

const isYes = (text: string | undefined): boolean => /^(1|true|yes)$/i.test(text ?? '')
