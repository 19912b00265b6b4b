import { posix, resolve } from 'node:path'
import { lineOf, type ObjectExpression, type SyntaxNode } from './javascript.ts'
import { dottedName, type Module, parseModule, property, settle } from './module.ts'
import { adapterIn, type ClientAdapter } from './prisma-adapter.ts'
import type { SourceTree } from './source-tree.ts'
import { absent, evaluate, type StaticValue, unsettled } from './static-value.ts'

/** What `prisma.config.*` says, as far as reading tells. */
export interface PrismaConfig {
  /** Relative to the root. */
  file: string
  /** The folder that its own paths are relative to. */
  folder: string
  schema: ConfigValue
  migrationsPath: ConfigValue
  seed: ConfigValue
  url: ConfigValue
  engine: ConfigValue
  /** The driver adapter that the CLI itself uses (`engine: 'js'`, Prisma 6). */
  adapter: ClientAdapter | null
}

export interface ConfigValue {
  key: string
  value: StaticValue
  /** File and line. */
  from: string
}

/** The configuration that Prisma loads; null when the app has none. */
export const readPrismaConfig = (tree: SourceTree): PrismaConfig | null => {
  const file = configFiles.find(tree.has)
  if (file === undefined) return null
  const path = resolve(tree.root, file)
  const module = parseModule(tree.read(file) ?? '', path, tree.root)
  const value = (...keys: string[]): ConfigValue => findValue(module, file, keys)
  return {
    file,
    folder: posix.dirname(file),
    schema: value('schema'),
    migrationsPath: value('migrations', 'path'),
    seed: value('migrations', 'seed'),
    url: value('datasource', 'url'),
    engine: value('engine'),
    adapter: module && adapterIn(module, file),
  }
}

// The order in which Prisma's loader tries them.
const configFiles = ['prisma.config', '.config/prisma'].flatMap((name) =>
  ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts'].map((extension) => name + extension),
)

const findValue = (module: Module | null, file: string, keys: string[]): ConfigValue => {
  const found = module ? lookUp(exportedConfig(module), keys, module) : 'unsettled'
  const value =
    found === null ? absent : found === 'unsettled' || !module ? unsettled : evaluate(found, module)
  const from = found === null || found === 'unsettled' ? file : `${file}:${lineOf(found)}`
  return { key: keys.join('.'), value, from }
}

type Found = SyntaxNode | 'unsettled' | null

const lookUp = (node: Found, keys: string[], module: Module): Found => {
  const [key, ...rest] = keys
  if (key === undefined || node === null || node === 'unsettled') return node
  const object = objectOf(node, module)
  return object ? lookUp(property(object, key), rest, module) : 'unsettled'
}

/** The object itself, or the one in `defineConfig({…})`. */
const objectOf = (node: SyntaxNode, module: Module): ObjectExpression | null => {
  const settled = settle(node, module)
  if (settled?.type === 'ObjectExpression') return settled
  if (settled?.type !== 'CallExpression' || dottedName(settled.callee) !== 'defineConfig') return null
  const argument = settle(settled.arguments[0], module)
  return argument?.type === 'ObjectExpression' ? argument : null
}

/** What the file exports: `export default`, `export =`, `module.exports =`. */
const exportedConfig = ({ program }: Module): Found => {
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
