import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { SeaworthyError } from '../errors.ts'
import { withSqlite } from '../sqlite/driver.ts'
import { fileKind, removeDatabase, syncFile, syncFolder } from '../sqlite/file.ts'
import type { Settings } from './settings.ts'
import { stateFolder } from './volume.ts'

/** Where the database is, where the app looks for it, and where a new one is made before it takes its place. */
export interface Place {
  /** The database on the volume. */
  file: string
  /** What the app opens, a symbolic link; null when the app opens the file on the volume by its own path. */
  link: string | null
  /** A new database, until it is whole. */
  newFile: string
  /** `.seaworthy` on the volume. */
  state: string
  /** The environment variable to hand the url over by, and what stands behind the file name in it. */
  url: { env: string; query: string } | null
}

/**
 * Finds the place from what the start script and the environment say. A url in the environment that names a file on
 * the volume is taken at its word; any other file is opened through the link or by a url of ours.
 *
 * @throws SeaworthyError `SW-URL-NO-FILE` when the variable holds another kind of url.
 */
export const findPlace = (settings: Settings, env: NodeJS.ProcessEnv): Place => {
  const { root, volume } = settings
  const given = settings.env === undefined ? undefined : env[settings.env]
  const { path, query } = given ? parseUrl(settings.env ?? '', given) : { path: settings.file, query: '' }
  const opened = resolve(root, isAbsolute(path) ? path : settings.file)
  const file = isInside(volume, opened) ? opened : join(volume, basename(path))
  return {
    file,
    link: file === opened ? null : opened,
    newFile: join(stateFolder(volume), 'new', basename(file)),
    state: stateFolder(volume),
    url: settings.env === undefined ? null : { env: settings.env, query },
  }
}

/** Lets the app's path and url lead to this file: the one on the volume, or a new one in the making. */
export const leadTo = (place: Place, target: string): Record<string, string> => {
  const pointer = place.link ?? place.file
  if (pointer !== target) makeLink(pointer, target)
  return urlTo(place, target)
}

/** The variable that hands the app this file's url; none where it knows the file by itself. */
export const urlTo = ({ url }: Place, target: string): Record<string, string> =>
  url === null ? {} : { [url.env]: `file:${target}${url.query}` }

/** Moves the finished new database into its place; the rename is the moment at which it exists. */
export const publish = (place: Place): void => {
  foldLog(place.newFile)
  syncFile(place.newFile)
  mkdirSync(dirname(place.file), { recursive: true })
  renameSync(place.newFile, place.file)
  syncFolder(dirname(place.file))
  clearNew(place)
}

// What made it, a seed for instance, may have left its last rows in a log beside it.
const foldLog = (file: string): void =>
  withSqlite(file, {}, (database) => {
    const row = database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
    if (row?.busy === 1) throw stillOpen(file)
  })

/** Whether the volume has a database; an empty file or one of something else is none. */
export const hasDatabase = ({ file }: Place): boolean => fileKind(file) === 'database'

/** Whether a new database is in the making. */
export const hasNew = (place: Place): boolean => existsSync(place.newFile)

/** Throws away what an earlier start left unfinished, and makes room for a new database. */
export const clearNew = (place: Place): void => {
  const folder = dirname(place.newFile)
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) {
    removeDatabase(place.newFile)
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
  }
  if (isLink(place.file)) rmSync(place.file)
}

/**
 * What stands in the way of the link, an image's copy of the laptop's database, is kept beside it under another name.
 *
 * @returns that name, if there was such a file.
 */
export const setAsideImageCopy = ({ link }: Place): string | null => {
  if (link === null || isLink(link) || !existsSync(link)) return null
  const aside = `${link}.set-aside-${Date.now()}`
  renameSync(link, aside)
  return aside
}

// Renaming a finished link over the old one leaves no moment without one, and a second start finds nothing to trip over.
const makeLink = (path: string, target: string): void => {
  if (isLink(path) && readlinkSync(path) === target) return
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  rmSync(temporary, { force: true })
  symlinkSync(target, temporary)
  renameSync(temporary, path)
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

const stillOpen = (file: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-DATABASE-OPEN',
    what: `The new database ${file} is still open in another process.`,
    why: 'The migration or the seed has left a process behind that goes on using it.',
    next: 'Let the seed close its connection and end, then start again: nothing of it was kept.',
  })

// A url's query parameters are no part of the file's name: https://www.prisma.io/docs/orm/overview/databases/sqlite
const parseUrl = (name: string, url: string): { path: string; query: string } => {
  const match = /^file:(?:\/\/(?=\/))?([^?#]+)(\?[^#]*)?/.exec(url)
  if (match?.[1] !== undefined) return { path: match[1], query: match[2] ?? '' }
  throw new SeaworthyError({
    code: 'SW-URL-NO-FILE',
    what: `The database url in ${name} names no file.`,
    why: 'Seaworthy keeps SQLite files; a url of theirs begins with file:',
    next: `Set ${name} to a file on the volume, e.g. ${name}=file:/data/app.db, or unset it.`,
  })
}
