import { posix } from 'node:path'
import { lineOf, nodesOf, type ObjectExpression, type SyntaxNode } from './javascript.ts'
import { dottedName, type Module, property, readModule, settle } from './module.ts'
import type { SourceTree } from './source-tree.ts'
import { absent, evaluate, type StaticValue, unsettled } from './static-value.ts'

/** A configuration that is a module (`next.config.ts`), read and not run. */
export interface ConfigFile {
  /** Relative to the root. */
  file: string
  /** The folder it lies in. */
  folder: string
  module: Module | null
  /** What is written at a path of keys. */
  at: (...keys: string[]) => Found
  /** What that comes to, when it is a text or a variable. */
  value: (...keys: string[]) => ConfigValue
}

export interface ConfigValue {
  key: string
  value: StaticValue
  /** File and line. */
  from: string
}

export type Found = SyntaxNode | 'unsettled' | null

/** How an exported value leads to the object of the configuration; null when running it would be needed. */
type ObjectFinder = (node: SyntaxNode, module: Module) => ObjectExpression | null

/** The first of the files that is there; null when none is. */
export const readConfigFile = (
  tree: SourceTree,
  files: readonly string[],
  findObject: ObjectFinder = wrappedObject,
): ConfigFile | null => {
  const file = files.find(tree.has)
  if (file === undefined) return null
  const module = readModule(tree, file)
  const at = (...keys: string[]): Found =>
    module ? lookUp(exportedValue(module), keys, module, findObject) : 'unsettled'
  const value = (...keys: string[]): ConfigValue => {
    const found = at(...keys)
    return { key: keys.join('.'), value: staticOf(found, module), from: placeOf(found, file) }
  }
  return { file, folder: posix.dirname(file), module, at, value }
}

/** The object itself, or the one in `defineConfig({…})`. */
export const definedObject: ObjectFinder = (node, module) => {
  const settled = settle(node, module)
  if (settled?.type === 'ObjectExpression') return settled
  if (settled?.type !== 'CallExpression' || dottedName(settled.callee) !== 'defineConfig') return null
  const argument = settle(settled.arguments[0], module)
  return argument?.type === 'ObjectExpression' ? argument : null
}

/** The object also in any wrapper (`withSentry(config, …)`) and in a function that returns it. */
const wrappedObject: ObjectFinder = (node, module) => {
  const settled = settle(node, module)
  switch (settled?.type) {
    case 'ObjectExpression':
      return settled
    case 'CallExpression': {
      const argument = settle(settled.arguments[0], module)
      return argument && wrappedObject(argument, module)
    }
    case 'ArrowFunctionExpression':
      return settled.body.type === 'BlockStatement'
        ? returnedObject(settled.body, module)
        : wrappedObject(settled.body, module)
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return returnedObject(settled.body, module)
    default:
      return null
  }
}

const returnedObject = (body: SyntaxNode, module: Module): ObjectExpression | null => {
  for (const node of nodesOf(body)) {
    if (node.type === 'ReturnStatement' && node.argument) return wrappedObject(node.argument, module)
  }
  return null
}

const lookUp = (node: Found, keys: string[], module: Module, findObject: ObjectFinder): Found => {
  const [key, ...rest] = keys
  if (key === undefined || node === null || node === 'unsettled') return node
  const object = findObject(node, module)
  return object ? lookUp(property(object, key), rest, module, findObject) : 'unsettled'
}

const staticOf = (found: Found, module: Module | null): StaticValue => {
  if (found === null) return absent
  return found === 'unsettled' || !module ? unsettled : evaluate(found, module)
}

const placeOf = (found: Found, file: string): string =>
  found === null || found === 'unsettled' ? file : `${file}:${lineOf(found)}`

/** What the file exports: `export default`, `export =`, `module.exports =`. */
const exportedValue = ({ program }: Module): Found => {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration as SyntaxNode
    if (statement.type === 'TSExportAssignment') return statement.expression
    if (statement.type !== 'ExpressionStatement') continue
    const { expression } = statement
    if (expression.type !== 'AssignmentExpression') continue
    if (dottedName(expression.left) === 'module.exports') return expression.right
  }
  return 'unsettled'
}
