import type { Entry } from './entry.ts'
import { type Fact, fact } from './fact.ts'
import { lineOf, nodesOf, type SyntaxNode } from './javascript.ts'
import { dottedName, type Module, memberName, property, settle } from './module.ts'
import { evaluate } from './static-value.ts'

/** A call that makes the server listen, with what it is given written out. */
interface Listening {
  port: number | null
  host: string | null
  /** It is `listen` with all its options written out, and none is a host. */
  isWithoutHost: boolean
  line: number
}

/** A port that is written out: `app.listen(4000)`, `serve({ port: 4000 })`. */
export const findFixedPort = ({ file, module }: Entry): Fact<number> | null => {
  for (const { port, line } of listeningIn(module)) if (port !== null) return fact(port, `${file}:${line}`)
  return null
}

/**
 * Where the server listens on its own machine alone, whatever the environment says. Without a host Fastify does:
 * https://fastify.dev/docs/latest/Reference/Server/#listen
 */
export const findLocalHost = ({ file, module }: Entry, framework: string | null): Fact<string> | null => {
  for (const { host, isWithoutHost, line } of listeningIn(module)) {
    const listensOn = host ?? (framework === 'Fastify' && isWithoutHost ? 'localhost' : '')
    if (isLocal(listensOn)) return fact(listensOn, `${file}:${line}`)
  }
  return null
}

export const isLocal = (host: string): boolean => /^(?:localhost|127\.|\[?::1)/.test(host)

const listeningIn = function* (module: Module): Generator<Listening> {
  for (const node of nodesOf(module.program)) {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') continue
    if (!isListening(node)) continue
    const [first, second] = node.arguments
    const options = [first, second].map((each) => optionsOf(each, module)).find((each) => each !== null)
    const host = options ? hostIn(options) : second
    yield {
      port: portOf(options ? property(options, 'port') : first, module),
      host: textOf(host, module),
      isWithoutHost: nameOf(node) === 'listen' && options !== undefined && host === null,
      line: lineOf(node),
    }
  }
}

type Call = Extract<SyntaxNode, { type: 'CallExpression' | 'NewExpression' }>
type Options = Extract<SyntaxNode, { type: 'ObjectExpression' }>

/** `listen` of `app.listen`. */
const nameOf = ({ callee }: Call): string | null =>
  callee.type === 'MemberExpression' ? memberName(callee) : (dottedName(callee)?.split('.').at(-1) ?? null)

const isListening = (call: Call): boolean =>
  /^(?:listen|serve|server|Server|startStandaloneServer)$/.test(nameOf(call) ?? '')

/** Apollo's has them one level deeper: `{ listen: { port } }`. */
const optionsOf = (node: unknown, module: Module): Options | null => {
  const settled = settle(node, module)
  if (settled?.type !== 'ObjectExpression') return null
  return optionsOf(property(settled, 'listen'), module) ?? settled
}

const hostIn = (options: Options): unknown => property(options, 'host') ?? property(options, 'hostname')

const textOf = (node: unknown, module: Module): string | null => {
  const value = evaluate(node, module)
  return value.kind === 'text' ? value.text : null
}

/** A number, or a text that is one. */
export const portOf = (node: unknown, module: Module): number | null => {
  const value = settle(node, module)
  const port =
    value?.type === 'NumericLiteral' || value?.type === 'StringLiteral' ? Number(value.value) : Number.NaN
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : null
}
