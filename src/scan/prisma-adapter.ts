import { posix } from 'node:path'
import { codeFiles } from './code-files.ts'
import { lineOf, nodesOf, type ObjectExpression } from './javascript.ts'
import { dottedName, type Module, property, readModule, settle } from './module.ts'
import type { SourceTree } from './source-tree.ts'
import { absent, evaluate, type StaticValue, unsettled } from './static-value.ts'

/** A driver adapter that the app's code makes: it opens its url by itself, by its own rules. */
export interface ClientAdapter {
  /** `@prisma/adapter-libsql`, `prisma-adapter-node-sqlite`. */
  package: string
  url: StaticValue
  /** It is given a token: the database is a server's. */
  hasToken: boolean
  from: string
}

/**
 * The adapter of the app's client; what it serves with goes before what seeds and scripts make.
 *
 * @param folders where its code lies.
 */
export const findClientAdapter = (tree: SourceTree, folders: readonly string[]): ClientAdapter | null => {
  const files = folders.flatMap((folder) =>
    codeFiles(tree, sources, folder).map((file) => ({ file, isTool: isTool(posix.relative(folder, file)) })),
  )
  const adapters = files
    .toSorted((a, b) => Number(a.isTool) - Number(b.isTool))
    .flatMap(({ file }) => adapterInFile(tree, file) ?? [])
  return adapters.find(({ url }) => url.kind !== 'unsettled') ?? adapters[0] ?? null
}

/** The first `new Prisma…({ url })` of a module whose class comes from the package of an adapter. */
export const adapterIn = (module: Module, file: string): ClientAdapter | null => {
  const classes = adapterClasses(module)
  for (const node of nodesOf(module.program)) {
    if (node.type !== 'NewExpression') continue
    const from = classes.get(dottedName(node.callee) ?? '')
    if (from === undefined) continue
    const options = optionsOf(node.arguments[0], module)
    const url = options ? property(options, 'url') : 'unsettled'
    return {
      package: from,
      url: url === null ? absent : url === 'unsettled' ? unsettled : evaluate(url, module),
      hasToken: options !== null && property(options, 'authToken') !== null,
      from: `${file}:${lineOf(url === null || url === 'unsettled' ? node : url)}`,
    }
  }
  return null
}

const sources = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.tsx', '.jsx']

const isTool = (file: string): boolean => /^(?:prisma|scripts)\/|(?:^|\/)(?:seed|prisma\.config)\./.test(file)

const adapterInFile = (tree: SourceTree, file: string): ClientAdapter | null => {
  const text = tree.read(file)
  if (!text || !/prisma[/-]adapter-/.test(text)) return null
  const module = readModule(tree, file)
  return module && adapterIn(module, file)
}

const isAdapter = (name: string): boolean => /^(?:@prisma\/|prisma-)adapter-/.test(name)

/** The local names of adapter classes, from `import { … }` and `const { … } = require(…)`. */
const adapterClasses = ({ program }: Module): Map<string, string> => {
  const classes = new Map<string, string>()
  for (const node of nodesOf(program)) {
    if (node.type === 'ImportDeclaration' && isAdapter(node.source.value)) {
      for (const specifier of node.specifiers) classes.set(specifier.local.name, node.source.value)
    }
    if (
      node.type === 'VariableDeclarator' &&
      node.init?.type === 'CallExpression' &&
      node.id.type === 'ObjectPattern'
    ) {
      const [source] = node.init.arguments
      if (source?.type !== 'StringLiteral' || !isAdapter(source.value)) continue
      for (const entry of node.id.properties) {
        if (entry.type === 'ObjectProperty' && entry.value.type === 'Identifier')
          classes.set(entry.value.name, source.value)
      }
    }
  }
  return classes
}

// Adapters before 6.6 were given a client made elsewhere: `new PrismaLibSQL(createClient({ url }))`.
const optionsOf = (argument: unknown, module: Module): ObjectExpression | null => {
  const node = settle(argument, module)
  if (node?.type === 'ObjectExpression') return node
  return node?.type === 'CallExpression' ? optionsOf(node.arguments[0], module) : null
}
