import type { AppPackage } from './app-package.ts'
import { codeFiles } from './code-files.ts'
import { type Fact, fact } from './fact.ts'
import { isNode, nodesOf, type ObjectExpression, type SyntaxNode } from './javascript.ts'
import { dottedName, type Module, memberName, property, readModule, settle } from './module.ts'
import type { VariablesProfile } from './profile.ts'

/**
 * The variables that the app's code checks as it starts and cannot do without, with the file that does: t3-env
 * (https://env.t3.gg), AdonisJS (https://docs.adonisjs.com/guides/environment-variables#validating-environment-variables),
 * envalid, and any schema that parses `process.env`.
 */
export const findVariables = ({ tree }: AppPackage): Fact<VariablesProfile> | null => {
  for (const file of codeFiles(tree, ['.ts', '.mts', '.js', '.mjs'])) {
    const module = mayCheck.test(tree.read(file) ?? '') ? readModule(tree, file) : null
    const found = module && checkIn(module)
    if (found && found.names.length > 0) return fact(found, file)
  }
  return null
}

const mayCheck =
  /\bcreateEnv\s*\(|\bEnv\.create\s*\(|\bcleanEnv\s*\(|[pP]arse(?:Async)?\s*\(\s*process\.env\s*[,)]/

const checkIn = (module: Module): VariablesProfile | null => {
  for (const node of nodesOf(module.program)) {
    const checked = node.type === 'CallExpression' ? checkedBy(node, module) : null
    if (checked) return { names: namesIn(checked.object, module), skippedBy: checked.skippedBy }
  }
  return null
}

interface Checked {
  object: ObjectExpression
  skippedBy: string | null
}

type Call = Extract<SyntaxNode, { type: 'CallExpression' }>

const checkedBy = (call: Call, module: Module): Checked | null => {
  const [first, second] = call.arguments
  const object = (node: unknown): Checked | null => {
    const settled = settle(node, module)
    return settled?.type === 'ObjectExpression' ? { object: settled, skippedBy: null } : null
  }
  switch (dottedName(call.callee)) {
    case 'createEnv':
      return t3Env(object(first), module)
    case 'Env.create':
    case 'cleanEnv':
      return object(second)
    default:
      return dottedName(first) === 'process.env' ? parsedBy(call, object, module) : null
  }
}

/** `skipValidation: !!process.env.SKIP_ENV_VALIDATION` lets a build do without the values. */
const t3Env = (options: Checked | null, module: Module): Checked | null => {
  const server = settle(options && property(options.object, 'server'), module)
  if (server?.type !== 'ObjectExpression') return null
  const skip = options && property(options.object, 'skipValidation')
  const names = [...nodesOf(skip)].map((node) => /^process\.env\.(\w+)$/.exec(dottedName(node) ?? '')?.[1])
  return { object: server, skippedBy: names.find((name) => name !== undefined) ?? null }
}

/** `z.object({…}).parse(process.env)`, and the same by way of a name. */
const parsedBy = (
  { callee }: Call,
  object: (node: unknown) => Checked | null,
  module: Module,
): Checked | null => {
  if (callee.type !== 'MemberExpression' || !/^(?:safeP|p)arse/.test(memberName(callee) ?? '')) return null
  const schema = settle(callee.object, module)
  return schema?.type === 'CallExpression' ? object(schema.arguments[0]) : null
}

const namesIn = ({ properties }: ObjectExpression, module: Module): string[] =>
  properties.flatMap((entry) =>
    entry.type === 'ObjectProperty' &&
    entry.key.type === 'Identifier' &&
    /^[A-Z][A-Z\d_]*$/.test(entry.key.name) &&
    !isOptional(entry.value, module)
      ? [entry.key.name]
      : [],
  )

/** What one of two cases demands (production, say) is demanded. */
const isOptional = (value: unknown, module: Module): boolean => {
  const node = settle(value, module)
  if (node?.type === 'ConditionalExpression')
    return isOptional(node.consequent, module) && isOptional(node.alternate, module)
  return isNode(node) && [...nodesOf(node)].some((part) => isWayOut(part))
}

const isWayOut = (node: SyntaxNode): boolean => {
  if (node.type === 'ObjectExpression') return property(node, 'default') !== null
  return (
    node.type === 'MemberExpression' &&
    /^(?:optional\w*|default|nullish|catch|prefault)$/.test(memberName(node) ?? '')
  )
}
