import { posix } from 'node:path'

/**
 * Where Prisma finds its files, by version; read in and tried with the published CLIs 5.18 to 7.9.
 * Paths are relative to the app's root, with forward slashes.
 */
export interface PrismaVersion {
  major: number
  minor: number
}

/** Of a version, or of a range as package.json has it (`^6.6.0`). */
export const majorOf = (version: string): number => Number.parseInt(version.replace(/^\D+/, ''), 10)

const isBefore = (version: PrismaVersion, major: number, minor: number): boolean =>
  version.major < major || (version.major === major && version.minor < minor)

/** Prisma 5 and older know no `prisma.config.*`. */
export const readsConfig = (version: PrismaVersion): boolean => version.major >= 6

/** From 7 on, `package.json#prisma` and the schema's own url are not looked at. */
export const readsPackageJson = (version: PrismaVersion): boolean => version.major < 7

/** Where a schema is looked for when nothing names it, in this order. A folder counts with all its `.prisma` files. */
export const defaultSchemas = (version: PrismaVersion): string[] => [
  'prisma/schema.prisma',
  'schema.prisma',
  ...(isBefore(version, 6, 6) ? ['prisma/schema'] : []),
]

export interface SchemaPlace {
  /** The file or folder that is named as the schema. */
  path: string
  isFolder: boolean
  /** The file with the datasource block. */
  datasourceFile: string
}

/** The folder of the migrations when no `migrations.path` names it. */
export const defaultMigrations = (version: PrismaVersion, schema: SchemaPlace): string => {
  if (!schema.isFolder) return posix.join(posix.dirname(schema.path), 'migrations')
  if (isBefore(version, 6, 6)) return posix.join(posix.dirname(schema.path), 'migrations')
  if (isBefore(version, 7, 0)) return posix.join(posix.dirname(schema.datasourceFile), 'migrations')
  return posix.join(schema.path, 'migrations')
}

/** The folder that a relative url of the CLI is relative to: that of the datasource, from 7 on the working directory. */
export const urlFolder = (version: PrismaVersion, schema: SchemaPlace): string =>
  version.major < 7 ? posix.dirname(schema.datasourceFile) : '.'

/** The url names a file of SQLite. */
export const isFileUrl = (url: string): boolean => url.startsWith('file:')

/**
 * The file behind a `file:` url: relative to the root, or absolute when it lies outside; what follows `?` is no part
 * of its name.
 *
 * @param within as for `fromRoot`.
 */
export const databaseFile = (url: string, folder: string, root: string, within = root): string =>
  fromRoot(url.slice('file:'.length).split('?')[0] ?? '', folder, root, within)

/**
 * The file that an adapter opens, in the working directory of the server. Those of better-sqlite3 and node:sqlite take
 * off `file:` alone, so that parameters become part of the name.
 */
export const adapterFile = (url: string, adapter: string, root: string, within = root): string =>
  plainAdapters.has(adapter)
    ? fromRoot(url.replace(/^file:/, ''), '.', root, within)
    : databaseFile(url, '.', root, within)

const plainAdapters = new Set(['@prisma/adapter-better-sqlite3', 'prisma-adapter-node-sqlite'])

/**
 * A path of a file in `folder`, seen from the root; absolute when it was, and lies outside.
 *
 * @param within what is inside of it moves together with the root: the workspace that this is a member of.
 */
export const fromRoot = (path: string, folder: string, root: string, within = root): string => {
  if (!posix.isAbsolute(path)) return posix.join(folder, path)
  return isOutside(posix.relative(within, path)) ? posix.normalize(path) : posix.relative(root, path)
}

const isOutside = (path: string): boolean => path === '..' || path.startsWith('../')
