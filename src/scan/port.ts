import { resolve } from 'node:path'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { Framework } from './frameworks.ts'
import { lineOf, nodesOf, type SyntaxNode } from './javascript.ts'
import { textAt } from './json-value.ts'
import { type Module, parseModule, settle } from './module.ts'
import type { SourceTree } from './source-tree.ts'
import { evaluate } from './static-value.ts'

/** The port when `PORT` is not set: what the start script says, what its file falls back to, the framework's, 3000. */
export const findPort = (
  app: AppPackage,
  start: string | null,
  framework: Fact<Framework> | null,
): Fact<number> => {
  const command = textAt(app.json, 'scripts', 'start') ?? start ?? ''
  return (
    firstFact([
      () => portInCommand(command),
      () => portInEntry(app.tree, command),
      () => framework && fact(framework.value.port, framework.value.name),
    ]) ?? fact(3000, 'default')
  )
}

const portInCommand = (command: string): Fact<number> | null => {
  const port = command.match(/(?:^|\s)(?:PORT=|-p\s+|--port[=\s]+)(\d+)\b/)?.[1]
  return port ? fact(Number(port), 'package.json#scripts.start') : null
}

const portInEntry = (tree: SourceTree, command: string): Fact<number> | null => {
  const file = entryFile(tree, command)
  const module = file && parseModule(tree.read(file) ?? '', resolve(tree.root, file), tree.root)
  if (!file || !module) return null
  for (const node of nodesOf(module.program)) {
    const port = fallbackPort(node, module)
    if (port) return fact(port, `${file}:${lineOf(node)}`)
  }
  return null
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
