import { posix } from 'node:path'
import { SeaworthyError } from '../errors.ts'
import {
  defaultSchemas,
  fromRoot,
  type PrismaVersion,
  readsPackageJson,
  type SchemaPlace,
} from '../prisma/location.ts'
import { readSchema, type SchemaGenerator, type SchemaUrl } from '../prisma/schema.ts'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { isRecord, textAt, valueAt } from './json-value.ts'
import type { PrismaConfig } from './prisma-config.ts'
import type { SourceTree } from './source-tree.ts'

export interface FoundSchema extends SchemaPlace {
  files: string[]
  provider: string
  /** The url of the datasource block; none where the configuration holds it. */
  url: SchemaUrl | null
  generators: (SchemaGenerator & { file: string })[]
}

/** Throws `SW-SCHEMA-MISSING`, `SW-SCHEMA-AMBIGUOUS`, `SW-SCHEMA-NO-DATASOURCE`, `SW-SCHEMA-INVALID`. */
export const findSchema = (
  app: AppPackage,
  version: PrismaVersion,
  config: PrismaConfig | null,
): Fact<FoundSchema> => {
  const { tree } = app
  const named = firstFact([() => fromConfig(tree, config), () => fromPackageJson(app, version)])
  if (named && !tree.has(named.value))
    throw missing(`${named.from} names the schema ${named.value}, which is not there.`)
  const place =
    named ??
    firstFact([
      ...defaultSchemas(version).map((path) => () => existing(tree, path, path)),
      () => fromScripts(app)[0] ?? null,
      () => anywhere(tree),
    ])
  if (!place) throw missing('Prisma is among the dependencies, but there is no schema.')
  return fact(readPlace(tree, place.value), place.from)
}

const existing = (tree: SourceTree, path: string, from: string): Fact<string> | null =>
  tree.has(path) ? fact(path, from) : null

const fromConfig = (tree: SourceTree, config: PrismaConfig | null): Fact<string> | null =>
  config?.schema.value.kind === 'text'
    ? fact(fromRoot(config.schema.value.text, config.folder, tree.root), config.schema.from)
    : null

const fromPackageJson = ({ json, tree }: AppPackage, version: PrismaVersion): Fact<string> | null => {
  const path = readsPackageJson(version) ? textAt(json, 'prisma', 'schema') : null
  return path ? fact(fromRoot(path, '.', tree.root), 'package.json#prisma.schema') : null
}

/** Schemas of other databases that the app's own scripts give to the Prisma CLI. Throws as `findSchema`. */
export const findOtherSchemas = (app: AppPackage, main: FoundSchema): FoundSchema[] => {
  const paths = new Set(fromScripts(app).map(({ value }) => value))
  return [...paths]
    .filter((path) => path !== main.path && !main.files.includes(path))
    .map((path) => readPlace(app.tree, path))
    .filter(({ datasourceFile }) => datasourceFile !== main.datasourceFile)
}

const fromScripts = ({ json, tree }: AppPackage): Fact<string>[] => {
  const scripts = valueAt(json, 'scripts')
  return Object.entries(isRecord(scripts) ? scripts : {}).flatMap(([name, script]) =>
    [...String(script).matchAll(/\bprisma [^&|;]*--schema[= ]["']?([^\s"']+)/g)].flatMap(([, path = '']) => {
      const found = existing(tree, fromRoot(path, '.', tree.root), `package.json#scripts.${name}`)
      return found ?? []
    }),
  )
}

/** The only schema there is, wherever it lies; the copies that `prisma generate` makes are none. */
const anywhere = (tree: SourceTree): Fact<string> | null => {
  const files = tree.glob(['.prisma']).filter((file) => !isGenerated(tree, posix.dirname(file)))
  const holders = files.filter((file) => readSchema(tree.read(file) ?? '', file).datasource)
  const [holder, ...others] = holders
  if (holder === undefined) return null
  if (others.length > 0) throw ambiguous(holders)
  const folder = posix.dirname(holder)
  const isFolder = folder !== '.' && files.some((file) => file !== holder && file.startsWith(`${folder}/`))
  return fact(isFolder ? folder : holder, holder)
}

export const isGenerated = (tree: SourceTree, folder: string): boolean =>
  tree.has(`${folder}/runtime`) || tree.has(`${folder}/index.d.ts`)

const readPlace = (tree: SourceTree, path: string): FoundSchema => {
  const isFolder = !path.endsWith('.prisma')
  const files = isFolder ? tree.glob(['.prisma'], path) : [path]
  if (files.length === 0) throw missing(`The folder ${path} holds no .prisma file.`)
  const read = files.map((file) => ({ file, ...readSchema(tree.read(file) ?? '', file) }))
  const holders = read.flatMap(({ file, datasource }) => (datasource ? [{ file, datasource }] : []))
  const [holder, ...others] = holders
  if (others.length > 0) throw ambiguous(holders.map(({ file }) => file))
  if (!holder?.datasource.provider) throw noDatasource(path)
  const { provider, url } = holder.datasource
  const generators = read.flatMap(({ file, generators }) => generators.map((entry) => ({ ...entry, file })))
  return { path, isFolder, files, datasourceFile: holder.file, provider, url, generators }
}

const missing = (what: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-SCHEMA-MISSING',
    what,
    next: 'Make one with: npx prisma init --datasource-provider sqlite (or name yours as `schema` in prisma.config.ts)',
  })

const ambiguous = (files: string[]): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-SCHEMA-AMBIGUOUS',
    what: `Several schemas have a datasource: ${files.join(', ')}.`,
    why: 'Nothing says which of them the app is deployed with.',
    next: `Name it in package.json: npm pkg set prisma.schema=${files[0]} (Prisma 7: \`schema\` in prisma.config.ts)`,
  })

const noDatasource = (path: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-SCHEMA-NO-DATASOURCE',
    what: `The schema ${path} has no datasource with a provider.`,
    why: 'Prisma needs one to know the kind of database.',
    next: 'Add a datasource block, then check it with: npx prisma validate',
  })
