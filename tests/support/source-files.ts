import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { nodesOf, parseJavaScript, type SyntaxNode } from '../../src/scan/javascript.ts'

export const repository = join(import.meta.dirname, '..', '..')

/** The text of a file of this repository. */
export const textOf = (path: string): string => readFileSync(join(repository, path), 'utf8')

export interface Import {
  /** A file of ours (`src/errors.ts`), or the name of a package (`yaml`, `node:fs`). */
  target: string
  /** As it is written. */
  written: string
  /** Gone at run time. */
  isType: boolean
  /** `import()`: not paid for until it is reached. */
  isLazy: boolean
}

export interface SourceFile {
  /** `src/boot/log.ts` */
  path: string
  nodes: SyntaxNode[]
  imports: Import[]
}

const readSource = (path: string): SourceFile => {
  const program = parseJavaScript(textOf(path), path)
  if (program === null) throw new Error(`${path} cannot be parsed`)
  const nodes = [...nodesOf(program)]
  return { path, nodes, imports: nodes.flatMap((node) => importsIn(node, path)) }
}

const importsIn = (node: SyntaxNode, path: string): Import[] => {
  switch (node.type) {
    case 'ImportDeclaration': {
      const kinds = node.specifiers.map(
        (each) => each.type === 'ImportSpecifier' && each.importKind === 'type',
      )
      const isType = node.importKind === 'type' || (kinds.length > 0 && kinds.every(Boolean))
      return [importOf(node.source.value, path, { isType })]
    }
    case 'ExportAllDeclaration':
      return [importOf(node.source.value, path, { isType: node.exportKind === 'type' })]
    case 'ExportNamedDeclaration':
      return node.source ? [importOf(node.source.value, path, { isType: node.exportKind === 'type' })] : []
    case 'CallExpression': {
      const [source] = node.arguments
      const isImport = node.callee.type === 'Import' && source?.type === 'StringLiteral'
      return isImport ? [importOf(source.value, path, { isLazy: true })] : []
    }
    default:
      return []
  }
}

const importOf = (written: string, path: string, kind: { isType?: boolean; isLazy?: boolean }): Import => ({
  target: written.startsWith('.') ? posix.join(dirname(path), written) : packageOf(written),
  written,
  isType: false,
  isLazy: false,
  ...kind,
})

const packageOf = (written: string): string =>
  written.startsWith('node:') ? written : (/^(@[^/]+\/)?[^/]+/.exec(written)?.[0] ?? written)

/** All of src/, parsed. */
export const sourceFiles: SourceFile[] = readdirSync(join(repository, 'src'), { recursive: true })
  .map((name) => posix.join('src', String(name)))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map(readSource)

/** Whether a node reads or calls `process.<name>`, or takes it out of `process`; any of them without a name. */
export const touchesProcess = (node: SyntaxNode, name?: string): boolean => {
  const isWanted = (key: { type: string }) =>
    name === undefined || (key.type === 'Identifier' && 'name' in key && key.name === name)
  if (node.type === 'MemberExpression') return isProcess(node.object) && isWanted(node.property)
  if (node.type !== 'VariableDeclarator' || !isProcess(node.init)) return false
  const taken = node.id.type === 'ObjectPattern' ? node.id.properties : []
  return taken.some((property) => property.type === 'ObjectProperty' && isWanted(property.key))
}

const isProcess = (node: { type: string } | null | undefined): boolean =>
  node?.type === 'Identifier' && 'name' in node && node.name === 'process'
