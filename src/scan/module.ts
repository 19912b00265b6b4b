import { resolve } from 'node:path'
import {
  type Expression,
  isNode,
  nodesOf,
  type ObjectExpression,
  type Program,
  parseJavaScript,
  type SyntaxNode,
} from './javascript.ts'
import type { SourceTree } from './source-tree.ts'

/** A file of the app's code, read and not run. */
export interface Module {
  /** Absolute path of the file. */
  path: string
  /** Absolute path of the folder its process is started in. */
  root: string
  program: Program
  /** What the names that are declared once, with a value, stand for. */
  names: Map<string, SyntaxNode>
}

const known = new WeakMap<SourceTree, Map<string, Module | null>>()

/** A file of the tree, parsed once; null when it is not there, or no JavaScript or TypeScript. */
export const readModule = (tree: SourceTree, file: string): Module | null => {
  const modules = known.get(tree) ?? new Map<string, Module | null>()
  known.set(tree, modules)
  const module = modules.get(file)
  if (module !== undefined) return module
  const program = parseJavaScript(tree.read(file) ?? '', file)
  const parsed = program && {
    path: resolve(tree.root, file),
    root: tree.root,
    program,
    names: namesIn(program),
  }
  modules.set(file, parsed)
  return parsed
}

/** Takes off what changes nothing at run time (`as`, `satisfies`, `!`) and follows names to what they stand for. */
export const settle = (
  node: unknown,
  module: Module,
  followed: readonly string[] = [],
): SyntaxNode | null => {
  if (!isNode(node)) return null
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return settle(node.expression, module, followed)
    case 'AwaitExpression':
      return settle(node.argument, module, followed)
    case 'Identifier': {
      const value = followed.includes(node.name) ? undefined : module.names.get(node.name)
      return value ? settle(value, module, [...followed, node.name]) : node
    }
    default:
      return node
  }
}

/** The value of a key; `unsettled` when something that is not written out could hold it, null when it is absent. */
export const property = (object: ObjectExpression, key: string): SyntaxNode | 'unsettled' | null => {
  for (const entry of object.properties.toReversed()) {
    if (entry.type === 'SpreadElement') return 'unsettled'
    if (keyName(entry) !== key) continue
    return entry.type === 'ObjectProperty' && isNode(entry.value) ? entry.value : 'unsettled'
  }
  return null
}

/** `path.join`, `env`, `process.cwd`: the words of a name with dots; null for anything else. */
export const dottedName = (node: unknown): string | null => {
  if (!isNode(node)) return null
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MetaProperty') return `${node.meta.name}.${node.property.name}`
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return null
  const object = dottedName(node.object)
  const name = memberName(node)
  return object && name ? `${object}.${name}` : null
}

/** The key that a member expression reads, when it is written out. */
export const memberName = (
  node: Extract<Expression, { type: `${string}MemberExpression` }>,
): string | null => {
  if (node.computed) return node.property.type === 'StringLiteral' ? node.property.value : null
  return node.property.type === 'Identifier' ? node.property.name : null
}

const keyName = (
  entry: Exclude<ObjectExpression['properties'][number], { type: 'SpreadElement' }>,
): string | null => {
  if (entry.key.type === 'StringLiteral') return entry.key.value
  return entry.key.type === 'Identifier' && !entry.computed ? entry.key.name : null
}

// A name that is declared twice, in two functions say, stands for nothing that could be told from here.
const namesIn = (program: Program): Map<string, SyntaxNode> => {
  const names = new Map<string, SyntaxNode>()
  const seen = new Set<string>()
  for (const node of nodesOf(program)) {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') continue
    if (seen.has(node.id.name)) names.delete(node.id.name)
    else if (isNode(node.init)) names.set(node.id.name, node.init)
    seen.add(node.id.name)
  }
  return names
}
