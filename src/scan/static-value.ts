import { dirname, join, resolve } from 'node:path'
import { unescape as decode } from 'node:querystring'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Expression } from './javascript.ts'
import { dottedName, type Module, memberName, settle } from './module.ts'

/** What an expression comes to without being run. */
export type StaticValue =
  | { kind: 'text'; text: string }
  /** An environment variable, with the text that stands in for it when it is not set. */
  | { kind: 'variable'; name: string; fallback: string | null }
  | { kind: 'absent' }
  /** It takes running the file to know. */
  | { kind: 'unsettled' }

export const absent: StaticValue = { kind: 'absent' }
export const unsettled: StaticValue = { kind: 'unsettled' }

/** The value of an expression that is a text or an environment variable. */
export const evaluate = (expression: unknown, module: Module): StaticValue => {
  const node = settle(expression, module)
  switch (node?.type) {
    case 'StringLiteral':
      return text(node.value)
    case 'TemplateLiteral':
      return template(node, module)
    case 'BinaryExpression':
      return node.operator === '+'
        ? joined([node.left, node.right], module, (parts) => parts.join(''))
        : unsettled
    case 'LogicalExpression':
      return node.operator === '&&'
        ? unsettled
        : either(evaluate(node.left, module), evaluate(node.right, module))
    case 'CallExpression':
    case 'NewExpression':
      return call(node, module)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return member(node, module)
    case 'Identifier':
      return moduleName(node.name, module)
    default:
      return unsettled
  }
}

type Call = Extract<Expression, { type: 'CallExpression' | 'NewExpression' }>
type Member = Extract<Expression, { type: 'MemberExpression' | 'OptionalMemberExpression' }>
type Template = Extract<Expression, { type: 'TemplateLiteral' }>

const text = (value: string): StaticValue => ({ kind: 'text', text: value })

const variable = (name: string): StaticValue => ({ kind: 'variable', name, fallback: null })

const joined = (nodes: unknown[], module: Module, combine: (texts: string[]) => string): StaticValue => {
  const texts = nodes
    .map((node) => evaluate(node, module))
    .flatMap((value) => (value.kind === 'text' ? value.text : []))
  return texts.length === nodes.length ? text(combine(texts)) : unsettled
}

const template = ({ quasis, expressions }: Template, module: Module): StaticValue =>
  joined(expressions, module, (texts) =>
    quasis.map((quasi, index) => (quasi.value.cooked ?? '') + (texts[index] ?? '')).join(''),
  )

// A path with blanks has to stay comparable with those that never were a URL.
const plainUrl = (url: URL): string => decode(url.href)

/** `a ?? b` and `a || b`. */
const either = (left: StaticValue, right: StaticValue): StaticValue => {
  if (left.kind !== 'variable' || left.fallback !== null) return left
  if (right.kind === 'text') return { ...left, fallback: right.text }
  return right.kind === 'variable' ? { ...left, fallback: right.fallback } : left
}

const call = (node: Call, module: Module): StaticValue => {
  const name = dottedName(node.callee)?.replace(/^(?:path|url|posix|nodePath)\./, '') ?? ''
  if (name === 'env') {
    const argument = evaluate(node.arguments[0], module)
    return argument.kind === 'text' ? variable(argument.text) : unsettled
  }
  const compute = computations.get(name)
  return compute ? joined(node.arguments, module, (texts) => compute(texts, module)) : unsettled
}

const computations = new Map<string, (texts: string[], module: Module) => string>([
  ['join', (texts) => join(...texts)],
  ['resolve', (texts, { root }) => resolve(root, ...texts)],
  ['dirname', ([path = '']) => dirname(path)],
  ['fileURLToPath', ([url = '']) => (url.startsWith('file:///') ? fileURLToPath(url) : url)],
  ['pathToFileURL', ([path = '']) => plainUrl(pathToFileURL(path))],
  ['URL', ([url = '', base]) => (URL.canParse(url, base) ? plainUrl(new URL(url, base)) : url)],
  ['process.cwd', (_, { root }) => root],
])

const member = (node: Member, module: Module): StaticValue => {
  const name = dottedName(node)
  const variableName = name?.match(/^(?:process\.env|Bun\.env|env)\.(\w+)$/)?.[1]
  if (variableName) return variable(variableName)
  if (name?.startsWith('import.meta.')) return moduleName(name, module)
  const of = memberName(node)
  if (of === 'href') return evaluate(node.object, module)
  if (of === 'pathname') return joined([node.object], module, ([url = '']) => url.replace(/^file:\/\//, ''))
  return unsettled
}

const moduleName = (name: string, { path }: Module): StaticValue => {
  if (name === '__dirname' || name === 'import.meta.dirname' || name === 'import.meta.dir')
    return text(dirname(path))
  if (name === '__filename' || name === 'import.meta.filename') return text(path)
  return name === 'import.meta.url' ? text(plainUrl(pathToFileURL(path))) : unsettled
}
