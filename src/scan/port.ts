import type { Entry } from './entry.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { FoundFramework } from './framework.ts'
import { lineOf, nodesOf, type SyntaxNode } from './javascript.ts'
import { findFixedPort, isLocal, portOf } from './listening.ts'
import type { Module } from './module.ts'
import { evaluate } from './static-value.ts'

/**
 * The port when `PORT` is not set: what the start command says, what its file falls back to or listens on, the
 * framework's, 3000.
 *
 * @param command what is run in the end, behind `npm run start`.
 * @param entry the file that this starts.
 */
export const findPort = (
  command: string,
  entry: Entry | null,
  framework: Fact<FoundFramework> | null,
): Fact<number> =>
  firstFact([
    () => portInCommand(command),
    () => entry && portInEntry(entry),
    () => entry && findFixedPort(entry),
    () => framework && fact(framework.value.port, framework.value.profile.name),
  ]) ?? fact(3000, 'default')

/** Variables that the start command's file falls back from to this machine alone: `process.env.HOST ?? 'localhost'`. */
export const findHostVariables = ({ module }: Entry): Record<string, string> => {
  const names = [...nodesOf(module.program)].flatMap((node) => {
    const value = node.type === 'LogicalExpression' ? evaluate(node, module) : null
    return value?.kind === 'variable' && isLocal(value.fallback ?? '') ? value.name : []
  })
  return Object.fromEntries(
    names.filter((name) => /HOST|ADDRESS|BIND/.test(name)).map((name) => [name, '0.0.0.0']),
  )
}

const portInCommand = (command: string): Fact<number> | null => {
  const port = command.match(/(?:^|\s)(?:PORT=|-p\s+|--port[=\s]+)(\d+)\b/)?.[1]
  return port ? fact(Number(port), 'package.json#scripts.start') : null
}

const portInEntry = ({ file, module }: Entry): Fact<number> | null => {
  for (const node of nodesOf(module.program)) {
    const port = fallbackPort(node, module)
    if (port) return fact(port, `${file}:${lineOf(node)}`)
  }
  return null
}

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
