import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { FoundFramework } from './framework.ts'
import { lineOf, nodesOf, type SyntaxNode } from './javascript.ts'
import { type Module, readModule, settle } from './module.ts'
import type { SourceTree } from './source-tree.ts'
import { evaluate } from './static-value.ts'

/**
 * The port when `PORT` is not set: what the start command says, what its file falls back to, the framework's, 3000.
 *
 * @param command what is run in the end, behind `npm run start`.
 */
export const findPort = (
  app: AppPackage,
  command: string,
  framework: Fact<FoundFramework> | null,
): Fact<number> =>
  firstFact([
    () => portInCommand(command),
    () => portInEntry(app.tree, command),
    () => framework && fact(framework.value.port, framework.value.profile.name),
  ]) ?? fact(3000, 'default')

/** Variables that the start command's file falls back from to this machine alone: `process.env.HOST ?? 'localhost'`. */
export const findHostVariables = (app: AppPackage, command: string): Record<string, string> => {
  const module = entryModule(app.tree, command)?.module
  if (!module) return {}
  const names = [...nodesOf(module.program)].flatMap((node) => {
    const value = node.type === 'LogicalExpression' ? evaluate(node, module) : null
    return value?.kind === 'variable' && /^(?:localhost|127\.|::1$)/.test(value.fallback ?? '')
      ? value.name
      : []
  })
  return Object.fromEntries(
    names.filter((name) => /HOST|ADDRESS|BIND/.test(name)).map((name) => [name, '0.0.0.0']),
  )
}

const portInCommand = (command: string): Fact<number> | null => {
  const port = command.match(/(?:^|\s)(?:PORT=|-p\s+|--port[=\s]+)(\d+)\b/)?.[1]
  return port ? fact(Number(port), 'package.json#scripts.start') : null
}

const portInEntry = (tree: SourceTree, command: string): Fact<number> | null => {
  const entry = entryModule(tree, command)
  for (const node of entry ? nodesOf(entry.module.program) : []) {
    const port = entry && fallbackPort(node, entry.module)
    if (entry && port) return fact(port, `${entry.file}:${lineOf(node)}`)
  }
  return null
}

const entryModule = (tree: SourceTree, command: string): { file: string; module: Module } | null => {
  const file = entryFile(tree, command)
  const module = file && readModule(tree, file)
  return file && module ? { file, module } : null
}

/** The file that the command starts, or the source that it was compiled from. */
const entryFile = (tree: SourceTree, command: string): string | undefined =>
  command
    .split(/\s+/)
    .filter((word) => /\.[cm]?[jt]s$/.test(word))
    .flatMap((file) => [file, file.replace(/^(?:\.\/)?(?:dist|build|lib|out)\/(.+)js$/, 'src/$1ts')])
    .find((file) => tree.read(file) !== null)

/** `process.env.PORT ?? 3000`, `Number(process.env.PORT) || 3000`, `const { PORT = 3000 } = process.env`. */
const fallbackPort = (node: SyntaxNode, module: Module): number | null => {
  if (node.type === 'AssignmentPattern') {
    return node.left.type === 'Identifier' && node.left.name === 'PORT' ? portOf(node.right, module) : null
  }
  if (node.type !== 'LogicalExpression' || node.operator === '&&') return null
  return readsPort(node.left, module) ? portOf(node.right, module) : null
}

const readsPort = (node: SyntaxNode, module: Module): boolean => {
  const isConversion = node.type === 'CallExpression' && node.callee.type === 'Identifier'
  const value = evaluate(isConversion ? node.arguments[0] : node, module)
  return value.kind === 'variable' && value.name === 'PORT'
}

const portOf = (node: unknown, module: Module): number | null => {
  const value = settle(node, module)
  const port =
    value?.type === 'NumericLiteral' || value?.type === 'StringLiteral' ? Number(value.value) : Number.NaN
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : null
}
