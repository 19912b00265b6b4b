import { posix, relative, sep } from 'node:path'
import semver from 'semver'
import { type Fact, fact } from './fact.ts'
import { isRecord, textAt, textsAt, valueAt } from './json-value.ts'
import type { WorkspaceProfile } from './profile.ts'
import { type SourceTree, treeAbove } from './source-tree.ts'

/** The nearest workspace that the folder is a member of, looking upwards to the end of the repository. */
export const findWorkspace = (app: SourceTree): Fact<WorkspaceProfile> | null => {
  for (let tree: SourceTree | null = app; tree; tree = tree.has('.git') ? null : treeAbove(tree)) {
    const members = memberPatterns(tree)
    const path = relative(tree.root, app.root).split(sep).join('/') || '.'
    if (members && isMember(members.value, path)) {
      const workspace = describe(tree, path, members.value)
      return fact(workspace, members.from + orchestratorNames[workspace.tool ?? 'none'])
    }
  }
  return null
}

const describe = (tree: SourceTree, app: string, patterns: string[]): WorkspaceProfile => {
  const packages = [...new Set(patterns.flatMap((pattern) => packageFolders(tree, pattern)))]
    .filter((path) => isMember(patterns, path))
    .sort()
  const needs = neededBy(tree, app, packages)
  const isBuilt = (path: string) =>
    textAt(tree.json(posix.join(path, 'package.json')), 'scripts', 'build') !== null
  return {
    root: tree.root,
    app,
    name: textAt(tree.json(posix.join(app, 'package.json')), 'name'),
    tool: tree.has('turbo.json') ? 'turbo' : tree.has('nx.json') ? 'nx' : null,
    packages,
    needs: needs.toSorted(),
    builds: needs.filter(isBuilt),
  }
}

/** The folders with a package.json that a pattern may mean. */
const packageFolders = (tree: SourceTree, pattern: string): string[] => {
  if (pattern.startsWith('!')) return []
  const find = (folder: string, [segment, ...rest]: string[]): string[] => {
    if (segment === undefined) return tree.has(posix.join(folder, 'package.json')) ? [folder] : []
    const folders = tree.folders(folder).filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    if (segment === '**')
      return [
        ...find(folder, rest),
        ...folders.flatMap((name) => find(posix.join(folder, name), [segment, ...rest])),
      ]
    return folders
      .filter((name) => matches(segment, name))
      .flatMap((name) => find(posix.join(folder, name), rest))
  }
  return find('', segmentsOf(pattern))
}

/** The packages of the workspace that a package depends on, directly or through others, each behind those that it needs. */
const neededBy = (tree: SourceTree, app: string, packages: string[]): string[] => {
  const byName = new Map(
    packages.map((path) => [textAt(tree.json(posix.join(path, 'package.json')), 'name'), path] as const),
  )
  const seen = new Set([app])
  const follow = (path: string): string[] =>
    dependenciesOf(tree, path).flatMap(([name, range]) => {
      const found = byName.get(name)
      if (found === undefined || seen.has(found) || !isLocal(tree, found, range)) return []
      seen.add(found)
      return [...follow(found), found]
    })
  return follow(app)
}

const dependenciesOf = (tree: SourceTree, path: string): [name: string, range: string][] => {
  const json = tree.json(posix.join(path, 'package.json'))
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((group) => {
    const entries = valueAt(json, group)
    return Object.entries(isRecord(entries) ? entries : {}).map(([name, range]): [string, string] => [
      name,
      String(range),
    ])
  })
}

/** `workspace:*` and paths always mean the package beside; a range means it where its version fits. */
const isLocal = (tree: SourceTree, path: string, range: string): boolean => {
  if (/^(?:workspace|file|link|portal):/.test(range) || semver.validRange(range) === null) return true
  const version = semver.parse(textAt(tree.json(posix.join(path, 'package.json')), 'version'))
  return version === null || semver.satisfies(version, range, { includePrerelease: true })
}

const memberPatterns = (tree: SourceTree): Fact<string[]> | null => {
  const packages = textsAt(tree.yaml('pnpm-workspace.yaml'), 'packages')
  if (packages.length > 0) return fact(packages, 'pnpm-workspace.yaml')
  const declared = tree.has('package.json') ? valueAt(tree.json('package.json'), 'workspaces') : undefined
  const patterns = Array.isArray(declared) ? textsAt({ declared }, 'declared') : textsAt(declared, 'packages')
  return patterns.length > 0 ? fact(patterns, 'package.json#workspaces') : null
}

const isMember = (patterns: string[], path: string): boolean =>
  path === '.' ||
  (patterns.some((pattern) => matches(pattern, path)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), path)))

/** Whether a workspace pattern (`packages/*`, `apps/**`) names the folder. */
const matches = (pattern: string, path: string): boolean => {
  const words = segmentsOf(pattern).map((segment) => (segment === '**' ? '.+' : literal(segment)))
  return new RegExp(`^${words.join('/')}$`).test(path)
}

const segmentsOf = (pattern: string): string[] => pattern.replace(/^\.\//, '').replace(/\/$/, '').split('/')

const literal = (segment: string): string =>
  segment.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*')

const orchestratorNames = { turbo: ' (Turborepo)', nx: ' (Nx)', none: '' }
