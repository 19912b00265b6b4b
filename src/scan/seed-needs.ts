import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { seedWords } from '../prisma/seed-words.ts'
import type { AppPackage } from './app-package.ts'
import { dependencyRange } from './app-package.ts'
import { isNode, nodesOf, type SyntaxNode } from './javascript.ts'
import { textAt } from './json-value.ts'
import { readModule } from './module.ts'
import type { SeedNeeds } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

/**
 * What a seed's command needs in an image without the development dependencies: its file with those that it imports by
 * their paths, and the packages that run it or are imported. Null when no file of the app is seen in the command.
 */
export const findSeedNeeds = (app: AppPackage, command: string): SeedNeeds | null => {
  const words = wordsOf(app, command)
  const entry = words
    .map((word) => posix.normalize(word))
    .find((word) => isScript(word) && isFile(app.tree, word))
  if (entry === undefined) return null
  const { files, names } = importsFrom(app.tree, entry)
  // `node --loader ts-node/esm` names a package too.
  const programs = words.filter((word) => !word.startsWith('.') && !isFile(app.tree, word))
  const packages = [...programs, ...names]
    .map(packageName)
    .filter((name) => dependencyRange(app, name) !== null)
  return {
    files,
    packages: [...new Set(packages.flatMap((name) => [name, ...(companions[name] ?? [])]))].sort(),
  }
}

/** What a runner takes from the app and has as no dependency of its own. */
const companions: Record<string, string[]> = { 'ts-node': ['typescript'] }

/** The words of a command; those of the script where it is `npm run …`. */
const wordsOf = ({ json }: AppPackage, command: string): string[] => {
  const words = seedWords(command)
  const [runner = '', verb, name = ''] = words
  const script =
    ['npm', 'pnpm', 'yarn', 'bun'].includes(runner) && verb === 'run' ? textAt(json, 'scripts', name) : null
  return script === null ? words : script.split(/[\s"']+/)
}

const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

const isFile = (tree: SourceTree, path: string): boolean => tree.read(path) !== null

const importsFrom = (tree: SourceTree, entry: string): { files: string[]; names: string[] } => {
  const files = new Set([entry])
  const names = new Set<string>()
  for (const file of files) {
    for (const request of requestsOf(tree, file)) {
      if (!request.startsWith('.')) names.add(request)
      else for (const target of resolved(tree, posix.join(posix.dirname(file), request))) files.add(target)
    }
  }
  return { files: [...files].sort(), names: [...names] }
}

const requestsOf = (tree: SourceTree, file: string): string[] => {
  const module = readModule(tree, file)
  return module ? [...nodesOf(module.program)].flatMap((node) => requestOf(node) ?? []) : []
}

/** What `import`, `export … from`, `import()` and `require()` name. Types alone load nothing. */
const requestOf = (node: SyntaxNode): string | null => {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.importKind === 'type' ? null : node.source.value
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.exportKind === 'type' ? null : (node.source?.value ?? null)
    case 'CallExpression': {
      const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require'
      const [request] = node.arguments
      return (isRequire || node.callee.type === 'Import') &&
        isNode(request) &&
        request.type === 'StringLiteral'
        ? request.value
        : null
    }
    default:
      return null
  }
}

/** The file behind a path as it is imported: TypeScript's `./db.js` may be `db.ts`, and `./db` a folder. */
const resolved = (tree: SourceTree, path: string): string[] => {
  const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '.json']
  const bare = path.replace(/\.([cm]?)jsx?$/, '')
  const candidates = [
    path,
    ...endings.map((ending) => `${bare}${ending}`),
    ...endings.map((ending) => `${path}/index${ending}`),
  ]
  return candidates.filter((candidate) => isFile(tree, candidate)).slice(0, 1)
}

/** `@prisma/client` for `@prisma/client/runtime`; a module of Node's own is no package. */
const packageName = (request: string): string => {
  const name = request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/')
  return builtinModules.includes(name) ? '' : name
}
