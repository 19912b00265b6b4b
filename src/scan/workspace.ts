import { relative, sep } from 'node:path'
import { type Fact, fact } from './fact.ts'
import { textsAt, valueAt } from './json-value.ts'
import { type SourceTree, treeAbove } from './source-tree.ts'

export interface Workspace {
  /** Absolute path of the workspace's root. */
  root: string
  /** The app's folder in it, with forward slashes; `.` when the app is the root itself. */
  app: string
}

/** The nearest workspace that the folder is a member of, looking upwards to the end of the repository. */
export const findWorkspace = (app: SourceTree): Fact<Workspace> | null => {
  for (let tree: SourceTree | null = app; tree; tree = tree.has('.git') ? null : treeAbove(tree)) {
    const members = memberPatterns(tree)
    const path = relative(tree.root, app.root).split(sep).join('/') || '.'
    if (members && isMember(members.value, path)) {
      return fact({ root: tree.root, app: path }, members.from + orchestrator(tree))
    }
  }
  return null
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
  const segments = pattern.replace(/^\.\//, '').replace(/\/$/, '').split('/')
  const words = segments.map((segment) => (segment === '**' ? '.+' : literal(segment)))
  return new RegExp(`^${words.join('/')}$`).test(path)
}

const literal = (segment: string): string =>
  segment.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*')

const orchestrator = (tree: SourceTree): string =>
  tree.has('turbo.json') ? ' (Turborepo)' : tree.has('nx.json') ? ' (Nx)' : ''
