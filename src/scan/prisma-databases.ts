import { posix } from 'node:path'
import { SeaworthyError } from '../errors.ts'
import { adapterFile, databaseFile, isFileUrl, type PrismaVersion, urlFolder } from '../prisma/location.ts'
import type { AppPackage } from './app-package.ts'
import { valueInEnvFiles } from './env-files.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { ClientAdapter } from './prisma-adapter.ts'
import type { PrismaConfig } from './prisma-config.ts'
import type { PrismaPackage } from './prisma-package.ts'
import type { FoundSchema } from './prisma-schema.ts'
import type { DatabaseProfile } from './profile.ts'
import type { SourceTree } from './source-tree.ts'
import { absent, type StaticValue } from './static-value.ts'

export interface PrismaSources {
  /** Of the package that has Prisma. */
  tree: SourceTree
  /** The app, whose folder its server is started in. */
  app: AppPackage
  owner: PrismaPackage
  version: PrismaVersion
  /** Null also when this version of Prisma does not read it. */
  config: PrismaConfig | null
  schema: FoundSchema
  adapter: ClientAdapter | null
}

/**
 * The files that Prisma opens: the one that its CLI migrates, then the one that the app's adapter serves from, when
 * that is another. Throws `SW-CONFIG-UNSETTLED` and `SW-URL-NO-FILE`.
 */
export const findDatabases = (sources: PrismaSources): DatabaseProfile[] => {
  if (sources.schema.provider !== 'sqlite') return []
  const migrated = migratedDatabase(sources)
  const served = servedDatabase(sources)
  // One variable names both: in production it is set to one file.
  const isSame =
    !served || served.file === migrated.file || (served.env !== null && served.env === migrated.env)
  return isSame ? [migrated] : [migrated, served]
}

/** The databases of the app's other schemas, each with its own; only up to Prisma 6 the schema says where it is. */
export const otherDatabases = (
  sources: PrismaSources,
  schemas: FoundSchema[],
  known: DatabaseProfile[],
): DatabaseProfile[] =>
  schemas
    .filter(({ provider, url }) => provider === 'sqlite' && url !== null)
    .map((schema) => migratedDatabase({ ...sources, schema, config: null, adapter: null }))
    .filter(({ file }) => !known.some((database) => database.file === file))

interface Url {
  value: StaticValue
  from: string
  /** The folder that a relative url is relative to, seen from the app. */
  folder: string
}

const migratedDatabase = (sources: PrismaSources): DatabaseProfile => {
  const url = cliUrl(sources)
  const { value, from } = settledUrl(url, sources)
  if (!isFileUrl(value)) throw noFile(from)
  const env = url.value.kind === 'variable' ? url.value.name : null
  const { root, within } = bounds(sources)
  return { file: databaseFile(value, url.folder, root, within), url: value, env, from }
}

/** The app's folder, and that of the workspace around it, which becomes part of the image as it is. */
const bounds = ({ app: { tree, workspace } }: PrismaSources): { root: string; within: string } => ({
  root: tree.root,
  within: workspace?.value.root ?? tree.root,
})

/** Only an adapter has a url of its own; Prisma's engines open what the CLI migrates. */
const servedDatabase = (sources: PrismaSources): DatabaseProfile | null => {
  const { adapter } = sources
  if (!adapter) return null
  const { url } = adapter
  const env = url.kind === 'variable' ? url.name : null
  const found =
    url.kind === 'text' ? fact(url.text, adapter.from) : env ? adapterDefault(sources, adapter, env) : null
  if (!found || !isFileUrl(found.value)) return null
  const { root, within } = bounds(sources)
  return {
    file: adapterFile(found.value, adapter.package, root, within),
    url: found.value,
    env,
    from: found.from,
  }
}

const adapterDefault = (sources: PrismaSources, adapter: ClientAdapter, name: string): Fact<string> | null =>
  valueInEnvFiles(sources.app.tree, loadedEnvFiles(sources), name) ?? fallbackOf(adapter.url, adapter.from)

/** Where the CLI has its url from. */
const cliUrl = ({ version, config, schema, adapter, owner: { seen, folder: here } }: PrismaSources): Url => {
  const folder = seen(urlFolder(version, schema))
  if (version.major < 7 && config?.adapter && isText(config.engine.value, 'js')) {
    return { value: config.adapter.url, from: seen(config.adapter.from), folder: here }
  }
  if (config && config.url.value.kind !== 'absent')
    return { value: config.url.value, from: seen(config.url.from), folder }
  if (version.major >= 7 && adapter && adapter.url.kind !== 'unsettled') {
    return { value: adapter.url, from: adapter.from, folder: '.' }
  }
  const from = seen(`${schema.datasourceFile}:${schema.url?.line ?? 1}`)
  return { value: schemaValue(schema), from, folder }
}

const schemaValue = ({ url }: FoundSchema): StaticValue =>
  url === null ? absent : url.kind === 'text' ? url : { ...url, fallback: null }

const isText = (value: StaticValue, text: string): boolean => value.kind === 'text' && value.text === text

const settledUrl = ({ value, from }: Url, sources: PrismaSources): Fact<string> => {
  switch (value.kind) {
    case 'text':
      return fact(value.text, from)
    case 'variable':
      return developmentUrl(value, from, sources)
    case 'absent':
      return defaultUrl
    case 'unsettled':
      throw unsettledUrl(from)
  }
}

const defaultUrl = fact('file:./dev.db', 'default')

/** The url that the variable has on the developer's machine. */
const developmentUrl = (
  value: Extract<StaticValue, { kind: 'variable' }>,
  from: string,
  sources: PrismaSources,
): Fact<string> =>
  firstFact([
    () => valueInEnvFiles(sources.app.tree, loadedEnvFiles(sources), value.name),
    () => fallbackOf(value, from),
    () => adapterFallback(sources.adapter, value.name),
    () => exampleUrl(sources, value.name),
  ]) ?? defaultUrl

const adapterFallback = (adapter: ClientAdapter | null, name: string): Fact<string> | null =>
  adapter?.url.kind === 'variable' && adapter.url.name === name ? fallbackOf(adapter.url, adapter.from) : null

const fallbackOf = (value: StaticValue, from: string): Fact<string> | null =>
  value.kind === 'variable' && value.fallback !== null ? fact(value.fallback, from) : null

/** The files that Prisma loads by itself: beside package.json and beside the schema. */
const loadedEnvFiles = ({ schema, owner: { seen } }: PrismaSources): string[] => [
  ...new Set(
    ['.env', posix.join(posix.dirname(schema.datasourceFile), '.env'), 'prisma/.env'].map((file) =>
      seen(file),
    ),
  ),
]

// No word on what is deployed, but a better guess at the file's name than none; another database's url says nothing.
const exampleUrl = ({ app, owner: { seen } }: PrismaSources, name: string): Fact<string> | null => {
  const examples = ['.env.development', '.env.local', '.env.example', '.env.sample']
  const root = posix.relative(`/${app.workspace?.value.app ?? ''}`, '/')
  // Scripts of a workspace often have the variables from the app or from the root: `dotenv -e ../../.env -- prisma …`.
  const others = ['', root].flatMap((folder) => ['.env', ...examples].map((file) => posix.join(folder, file)))
  const found = valueInEnvFiles(app.tree, [...examples.map((file) => seen(file)), ...others], name)
  return found && isFileUrl(found.value) ? found : null
}

const unsettledUrl = (from: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-CONFIG-UNSETTLED',
    what: `The url of the database in ${from} cannot be read without running the file.`,
    why: "Literals, env('X'), process.env.X ?? 'file:…' and path.join of literals are understood.",
    next: `Write it as process.env.DATABASE_URL ?? 'file:./dev.db' in ${from}, then: seaworthy scan`,
  })

// The url itself may hold a password: it is not repeated.
const noFile = (from: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-URL-NO-FILE',
    what: `The provider is sqlite, but the url in ${from} does not begin with file:.`,
    why: 'Seaworthy keeps SQLite databases that are files; a database that a server keeps needs none of it.',
    next: `Set it to a file in ${from}, such as file:./dev.db, then: seaworthy scan`,
  })
