import { parse as parseJsonc } from 'jsonc-parser'
import semver from 'semver'
import { type AppPackage, dependencyRange } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { isRecord, textAt, textsAt, valueAt } from './json-value.ts'
import type { SourceTree } from './source-tree.ts'

/** The installed version of a dependency, else that of the lock file, else its range. */
export const dependencyVersion = (app: AppPackage, name: string): Fact<string> | null =>
  firstFact([
    ...app.trees.map((tree) => () => installed(tree, name)),
    ...app.trees.map((tree) => () => locked(tree, name, app)),
    () => dependencyRange(app, name),
  ])

const installed = (tree: SourceTree, name: string): Fact<string> | null => {
  const file = `node_modules/${name}/package.json`
  const version = textAt(tree.json(file), 'version')
  return version ? fact(version, file) : null
}

const locked = (tree: SourceTree, name: string, app: AppPackage): Fact<string> | null => {
  const member = app.tree.root === tree.root ? '.' : (app.workspace?.value.app ?? '.')
  for (const { file, version } of lockFiles) {
    const found = semver.parse(version(tree, name, member))
    if (found) return fact(found.version, file)
  }
  return null
}

interface LockFile {
  file: string
  /** The version of a dependency of one member of the workspace (`.` is its root). */
  version: (tree: SourceTree, name: string, member: string) => string | null
}

// yarn 1 writes a format of its own: there the range in package.json has to do.
const lockFiles: LockFile[] = [
  {
    file: 'package-lock.json',
    version: (tree, name, member) => {
      const lock = tree.json('package-lock.json')
      return (
        textAt(lock, 'packages', `${member}/node_modules/${name}`, 'version') ??
        textAt(lock, 'packages', `node_modules/${name}`, 'version') ??
        textAt(lock, 'dependencies', name, 'version')
      )
    },
  },
  {
    file: 'pnpm-lock.yaml',
    version: (tree, name, member) => {
      const lock = tree.yaml('pnpm-lock.yaml')
      const importer = valueAt(lock, 'importers', member) ?? lock
      const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].map(
        (group) => textAt(importer, group, name, 'version') ?? textAt(importer, group, name),
      )
      // What follows in parentheses are the peers it was resolved with.
      return versions.find((version) => version !== null)?.split('(')[0] ?? null
    },
  },
  {
    file: 'yarn.lock',
    version: (tree, name) => {
      const lock = tree.yaml('yarn.lock')
      const key = isRecord(lock)
        ? Object.keys(lock).find((entry) => entry.startsWith(`${name}@npm:`))
        : undefined
      return key === undefined ? null : textAt(lock, key, 'version')
    },
  },
  {
    file: 'bun.lock',
    version: (tree, name) => {
      const lock: unknown = parseJsonc(tree.read('bun.lock') ?? '', [], { allowTrailingComma: true })
      const [spec] = textsAt(lock, 'packages', name)
      return spec?.slice(name.length + 1) ?? null
    },
  },
]
