import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, posix, resolve } from 'node:path'
import { parse as parseToml } from '@decimalturn/toml-patch'
import { parse as parseYaml } from 'yaml'
import { reasonOf, SeaworthyError, systemCode } from '../errors.ts'

/** The only reader of the user's project. Paths are relative to its root, with forward slashes; nothing is written. */
export interface SourceTree {
  /** Absolute path. */
  root: string
  /** A file or a folder is there. */
  has: (path: string) => boolean
  /** A folder is there. */
  hasFolder: (path: string) => boolean
  /** The text of a file without its byte order mark; null when there is no such file. */
  read: (path: string) => string | null
  /** The value of a JSON file; null when there is no such file. Throws `SW-FILE-NOT-JSON`. */
  json: (path: string) => unknown
  /** The value of a YAML file; null when there is no such file or it does not parse. */
  yaml: (path: string) => unknown
  /** The value of a TOML file; null when there is no such file or it does not parse. */
  toml: (path: string) => unknown
  /** The names of the folders in a folder, sorted. */
  folders: (path: string) => string[]
  /** All files under a folder with one of the extensions (`.ts`), sorted; no dependencies and no build output. */
  glob: (extensions: readonly string[], under?: string) => string[]
  /** The tree of another folder; relative to this root. */
  at: (path: string) => SourceTree
}

export const sourceTree = (folder: string): SourceTree => {
  const root = resolve(folder)
  const read = memoised((path) => readText(resolve(root, path)))
  const entries = memoised((path) => readFolder(resolve(root, path)))

  const glob: SourceTree['glob'] = (extensions, under = '') =>
    entries(under)
      .flatMap((entry) => {
        const path = posix.join(under, entry.name)
        if (entry.isDirectory()) return ignored.has(entry.name) ? [] : glob(extensions, path)
        return extensions.includes(posix.extname(entry.name)) ? [path] : []
      })
      .sort()

  return {
    root,
    has: (path) => existsSync(resolve(root, path)),
    hasFolder: (path) => orWhenAbsent(false, () => statSync(resolve(root, path)).isDirectory()),
    read,
    json: memoised((path) => parseJson(resolve(root, path), read(path))),
    yaml: memoised((path) => parsedBy(parseYaml, read(path))),
    toml: memoised((path) => parsedBy(parseToml, read(path))),
    folders: (path) =>
      entries(path)
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort(),
    glob,
    at: (path) => sourceTree(resolve(root, path)),
  }
}

/** The tree of the folder above; null at the top of the disk. */
export const treeAbove = (tree: SourceTree): SourceTree | null =>
  dirname(tree.root) === tree.root ? null : tree.at('..')

const ignored = new Set([
  ...['node_modules', '.git', 'dist', 'build', 'out', 'coverage', '.cache', '.turbo', '.yarn', '.seaworthy'],
  ...['.next', '.nuxt', '.output', '.svelte-kit', '.astro', '.vercel', '.netlify', '.react-router'],
])

const memoised = <Value>(find: (path: string) => Value): ((path: string) => Value) => {
  const known = new Map<string, { value: Value }>()
  return (path) => {
    const entry = known.get(path) ?? { value: find(path) }
    known.set(path, entry)
    return entry.value
  }
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'EISDIR'])

const orWhenAbsent = <Value>(fallback: Value, find: () => Value): Value => {
  try {
    return find()
  } catch (error) {
    if (absent.has(systemCode(error) ?? '')) return fallback
    throw error
  }
}

const readText = (path: string): string | null =>
  orWhenAbsent<string | null>(null, () => readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))

const readFolder = (path: string): Dirent[] =>
  orWhenAbsent<Dirent[]>([], () => readdirSync(path, { withFileTypes: true }))

const parseJson = (path: string, text: string | null): unknown => {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SeaworthyError({
      code: 'SW-FILE-NOT-JSON',
      what: `${path} is not valid JSON.`,
      why: reasonOf(error),
      next: `Mend it, then look at it with: node -p "require('${path}')"`,
      cause: error,
    })
  }
}

// Lock files of yarn 1 look like YAML and are not; nothing else in a project hangs on its YAML or TOML being read.
const parsedBy = (parse: (text: string) => unknown, text: string | null): unknown => {
  try {
    return text === null ? null : parse(text)
  } catch {
    return null
  }
}
