import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../errors.ts'
import type { RememberedOptions } from '../plan/plan-types.ts'
import { mergeDockerignore } from './dockerignore.ts'
import type { Choice, FileChange, GeneratedFile } from './generated-file.ts'
import {
  emptyManifest,
  hashOf,
  type Manifest,
  manifestPath,
  manifestText,
  parseManifest,
} from './manifest.ts'
import { mergeFlyToml } from './merge-fly-toml.ts'
import { mergeLitestreamYml } from './merge-litestream-yml.ts'
import { mergePackageJson } from './package-json.ts'

/** Compares generated files with the project under `root`, an absolute path; reads only. */
export const compare = (root: string, files: GeneratedFile[]): FileChange[] => {
  const manifest = parseManifest(readText(join(root, manifestPath)))
  return files.map((file) => compareFile(root, file, manifest))
}

/**
 * Writes the changes, each file whole or not at all, and records them. `choices` settles conflicts, by path;
 * what has none is kept. `options` are remembered for the next run. The only writer of the user's project.
 */
export const write = (
  root: string,
  changes: FileChange[],
  choices: Record<string, Choice>,
  options: RememberedOptions = {},
): void => {
  const isOurs = (change: FileChange) => change.action !== 'conflict' || choices[change.path] === 'overwrite'
  const settled = changes.filter(isOurs)
  for (const change of settled) if (change.action !== 'identical') writeWhole(root, change)
  record(root, settled, options)
}

/** Null: the two do not go together, and somebody must choose. */
const merges: Record<string, (existing: string, wanted: string) => string | null> = {
  '.dockerignore': mergeDockerignore,
  'fly.toml': mergeFlyToml,
  'litestream.yml': mergeLitestreamYml,
  'package.json': mergePackageJson,
}

const compareFile = (
  root: string,
  { path, contents, mode }: GeneratedFile,
  manifest: Manifest,
): FileChange => {
  const before = readText(join(root, path))
  const change = { path, before: before ?? '', after: contents, mode }
  if (before === null) return { ...change, action: 'create' }
  if (before === contents)
    return { ...change, action: isRunnable(join(root, path), mode) ? 'identical' : 'update' }
  if (manifest.files[path] === hashOf(before) && !manifest.merged.includes(path))
    return { ...change, action: 'update' }
  const after = merges[path]?.(before, contents) ?? null
  if (after === null) return { ...change, action: 'conflict' }
  return { ...change, after, action: after === before ? 'identical' : 'merge' }
}

/** A link of the user's stays one: its target is replaced, by a file beside it and a rename. */
const writeWhole = (root: string, { path, after, mode }: FileChange): void => {
  const link = join(root, path)
  mkdirSync(dirname(link), { recursive: true })
  const target = unlessAbsent(() => realpathSync(link)) ?? link
  const oldMode = unlessAbsent(() => statSync(target).mode & 0o777)
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
  writeFileSync(temporary, after)
  chmodSync(temporary, oldMode === null ? mode : oldMode | (mode & 0o111))
  renameSync(temporary, target)
}

const record = (root: string, settled: FileChange[], options: RememberedOptions): void => {
  const before = readText(join(root, manifestPath))
  const old = parseManifest(before)
  const isMerged = ({ path, action, after }: FileChange) =>
    action === 'merge' ||
    (action === 'identical' && (old.merged.includes(path) || old.files[path] !== hashOf(after)))
  const manifest: Manifest = {
    ...emptyManifest(),
    files: { ...old.files, ...Object.fromEntries(settled.map(({ path, after }) => [path, hashOf(after)])) },
    merged: settled.filter(isMerged).map(({ path }) => path),
    options: { ...old.options, ...options },
  }
  const after = manifestText(manifest)
  if (after !== before)
    writeWhole(root, { path: manifestPath, action: 'update', before: before ?? '', after, mode: 0o644 })
}

const isRunnable = (file: string, mode: number): boolean =>
  (statSync(file).mode & mode & 0o111) === (mode & 0o111)

const readText = (file: string): string | null => unlessAbsent(() => readFileSync(file, 'utf8'))

const unlessAbsent = <Value>(read: () => Value): Value | null => {
  try {
    return read()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}
