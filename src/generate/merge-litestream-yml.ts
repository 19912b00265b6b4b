import { posix } from 'node:path'
import { parse } from 'yaml'
import { setInYaml } from './merge-yaml.ts'

/**
 * A litestream.yml of the user's with an entry for the wanted database, and with what tells where that goes. How often
 * and how long is the user's choice: what is not said there has Litestream's defaults.
 *
 * @returns null where that cannot be said: no YAML, or a replica of another kind.
 */
export const mergeLitestreamYml = (existing: string, wanted: string): string | null => {
  const [entry] = entriesOf(wanted) ?? []
  const entries = entriesOf(existing)
  if (!entry || !entries) return null
  const index = entries.findIndex(({ path }) => nameOf(path) === nameOf(entry.path))
  const database = entries[index]
  if (!database) return setInYaml(existing, ['dbs', entries.length], entry)
  const place = ['dbs', index, ...('replica' in database ? ['replica'] : ['replicas', 0])]
  const replica = 'replica' in database ? asTable(database.replica) : listOf(database.replicas)[0]
  const target = listOf(entry.replicas)[0] ?? {}
  if (!replica) return setInYaml(existing, place, target)
  if ('url' in replica || (replica.type ?? target.type) !== target.type) return null
  return whereKeys
    .filter((key) => !(key in replica))
    .reduce<string | null>(
      (text, key) => (text === null ? null : setInYaml(text, [...place, key], target[key])),
      existing,
    )
}

const whereKeys = ['type', 'bucket', 'path', 'endpoint', 'region']

type Table = Record<string, unknown>

const entriesOf = (text: string): Table[] | null => {
  try {
    return listOf(asTable(parse(text))?.dbs)
  } catch {
    return null
  }
}

const nameOf = (path: unknown): string => posix.basename(String(path))

const listOf = (value: unknown): Table[] =>
  Array.isArray(value) ? value.map(asTable).filter((table) => table !== null) : []

const asTable = (value: unknown): Table | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : null
