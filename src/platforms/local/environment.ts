import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { parseEnv } from 'node:util'
import { bucketSecrets } from '../../bucket/bucket.ts'
import { systemCode } from '../../errors.ts'
import type { DatabasePlan } from '../../plan/plan-types.ts'
import type { MachineBackup } from './backup.ts'
import type { LocalPaths } from './paths.ts'

export interface EnvironmentInput {
  root: string
  paths: LocalPaths
  database: DatabasePlan
  port: number
  /** Null for an app that has chosen to have no backups. */
  backup: MachineBackup | null
}

/** What the machine's processes see: this environment, the app's `.env`, and where volume and bucket are. */
export const machineEnvironment = (input: EnvironmentInput, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...without(bucketSecrets, readDotEnv(input.root)),
  ...env,
  PORT: String(input.port),
  HOST: '127.0.0.1',
  NODE_ENV: 'production',
  SEAWORTHY_VOLUME: input.paths.volume,
  SEAWORTHY_LITESTREAM: input.backup?.litestream,
  SEAWORTHY_BUCKET_DIR: input.backup?.bucket.kind === 'folder' ? input.backup.bucket.location : undefined,
  // The image's user is not on this computer: a machine belongs to whoever deploys it, root too.
  SEAWORTHY_USER: env.SEAWORTHY_USER || '0:0',
  // Renewals are cheap here, and machines are lost on purpose: the next one waits for 5 s at most.
  SEAWORTHY_LEASE_TTL: env.SEAWORTHY_LEASE_TTL || '5',
  ...databaseUrl(input.database, input.paths),
  // It is for the tools of this computer; a machine has what its release brings, as an image does.
  PRISMA_SCHEMA_ENGINE_BINARY: undefined,
})

// The developer's url must not reach the machine: an absolute one would have the start script put a link in place of
// the developer's database. A relative file is found in the release, through the link made there.
const databaseUrl = ({ env, file, name }: DatabasePlan, { volume }: LocalPaths): NodeJS.ProcessEnv =>
  env === null ? {} : { [env]: isAbsolute(file) ? `file:${join(volume, name)}` : undefined }

const readDotEnv = (root: string): NodeJS.Dict<string> => {
  try {
    return parseEnv(readFileSync(join(root, '.env'), 'utf8'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {}
    throw error
  }
}

const without = (names: readonly string[], env: NodeJS.Dict<string>): NodeJS.Dict<string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))
