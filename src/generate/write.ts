import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../errors.ts'
import { asideEnding } from '../plan/earlier-setup-checks.ts'
import type { RememberedOptions } from '../plan/options.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { mergeCompose } from './compose.ts'
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
export const compare = (
  root: string,
  files: GeneratedFile[],
  takesOver: DeployPlan['takesOver'] = [],
): FileChange[] => {
  const manifest = parseManifest(readText(join(root, manifestPath)))
  return files.map((file) => takeOver(compareFile(root, file, manifest), file, takesOver))
}

/** What another tool has made is neither ours nor the user's own. */
const takeOver = (
  change: FileChange,
  { path, contents }: GeneratedFile,
  takesOver: DeployPlan['takesOver'],
): FileChange => {
  const found = takesOver.find((each) => each.path === path)
  if (!found || (change.action !== 'conflict' && change.action !== 'merge')) return change
  const copy = found.isKept ? { copy: `${path}${asideEnding}` } : {}
  return { ...change, after: contents, action: 'update', ...copy }
}

/** The same for files that are needed no more: one that was edited by hand goes only by somebody's choice. */
export const compareVanishing = (root: string, paths: string[]): FileChange[] => {
  const manifest = parseManifest(readText(join(root, manifestPath)))
  return paths.flatMap((path) => {
    const before = readText(join(root, path))
    if (before === null) return []
    const isOurs = manifest.files[path] === hashOf(before) && !manifest.merged.includes(path)
    return [{ path, before, after: null, mode: 0o644, action: isOurs ? 'delete' : 'conflict' }]
  })
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
  for (const { action, path, before, after, mode, copy } of settled) {
    if (copy !== undefined) writeWhole(root, { path: copy, after: before, mode })
    if (after === null) rmSync(join(root, path))
    else if (action !== 'identical') writeWhole(root, { path, after, mode })
  }
  record(root, settled, options)
}

/** Null: the two do not go together, and somebody must choose. */
const merges: Record<string, (existing: string, wanted: string) => string | null> = {
  '.dockerignore': mergeDockerignore,
  '.gitignore': mergeDockerignore,
  'compose.yaml': mergeCompose,
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
const writeWhole = (
  root: string,
  { path, after, mode }: { path: string; after: string; mode: number },
): void => {
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
    (action === 'identical' &&
      after !== null &&
      (old.merged.includes(path) || old.files[path] !== hashOf(after)))
  const manifest: Manifest = {
    ...emptyManifest(),
    files: settled.reduce(noted, old.files),
    merged: settled.filter(isMerged).map(({ path }) => path),
    options: { ...old.options, ...options },
  }
  const after = manifestText(manifest)
  if (after !== before) writeWhole(root, { path: manifestPath, after, mode: 0o644 })
}

const noted = (files: Record<string, string>, { path, after }: FileChange): Record<string, string> => {
  const { [path]: _old, ...others } = files
  return after === null ? others : { ...files, [path]: hashOf(after) }
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
