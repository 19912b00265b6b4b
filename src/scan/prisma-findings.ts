import { isFileUrl } from '../prisma/location.ts'
import type { ConfigValue } from './config-file.ts'
import type { PrismaSources } from './prisma-databases.ts'
import type { DatabaseProfile, Finding } from './profile.ts'

/** What is odd about the Prisma setup, though the scan can go on. */
export const prismaFindings = (sources: PrismaSources, databases: DatabaseProfile[]): Finding[] =>
  [unsettledKeys(sources), remoteDatabase(sources), twoFiles(databases)].filter((finding) => finding !== null)

const unsettledKeys = ({ config, owner }: PrismaSources): Finding | null => {
  const values: ConfigValue[] = config ? [config.schema, config.migrationsPath, config.seed] : []
  const keys = values
    .filter(({ value }) => value.kind !== 'text' && value.kind !== 'absent')
    .map(({ key }) => key)
  if (!config || keys.length === 0) return null
  const file = owner.seen(config.file)
  return {
    level: 'warning',
    code: 'SW-CONFIG-UNSETTLED',
    what: `${file} has to be run to know ${keys.join(', ')}; Prisma's default is taken instead.`,
    next: `Write ${keys.join(', ')} as plain text in ${file}.`,
  }
}

/** A schema of SQLite whose client talks to a server (Turso, D1): the local file is only for development. */
const remoteDatabase = ({ schema, adapter }: PrismaSources): Finding | null => {
  if (schema.provider !== 'sqlite' || !adapter) return null
  const { url, hasToken, package: name } = adapter
  const isServer = (url.kind === 'text' && !isFileUrl(url.text)) || hasToken || name === '@prisma/adapter-d1'
  if (!isServer) return null
  return {
    level: 'warning',
    code: 'SW-DATABASE-REMOTE',
    what: `The client in ${adapter.from} can talk to a database on a server, which Litestream does not back up.`,
    next: 'Deploy without a volume and backup if production uses that server: seaworthy launch --no-backup',
  }
}

const twoFiles = ([migrated, served]: DatabaseProfile[]): Finding | null => {
  if (!migrated || !served) return null
  return {
    level: 'warning',
    code: 'SW-DATABASE-TWO-FILES',
    what: `Prisma migrates ${migrated.file} (${migrated.from}), but the app opens ${served.file} (${served.from}).`,
    next: `Make both name one file, for example by the variable DATABASE_URL in ${served.from}.`,
  }
}
