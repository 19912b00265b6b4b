import { parse } from '@babel/parser'

export type Program = ReturnType<typeof parse>['program']
type Statement = Program['body'][number]
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression']
export type ObjectExpression = Extract<Expression, { type: 'ObjectExpression' }>
type VariableDeclarator = Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number]
type AssignmentPattern = Extract<VariableDeclarator['id'], { type: 'AssignmentPattern' }>
export type SyntaxNode = Statement | Expression | VariableDeclarator | AssignmentPattern

/** Parses JavaScript or TypeScript, ESM or CommonJS; null when it is neither. Nothing of it is run. */
export const parseJavaScript = (text: string, path: string): Program | null => {
  try {
    return parse(text, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      attachComment: false,
      plugins: ['decorators', ...dialectOf(path)],
    }).program
  } catch {
    return null
  }
}

// To try both in every file takes twice the time.
const dialectOf = (path: string): ('jsx' | 'typescript')[] => {
  if (path.endsWith('.tsx')) return ['typescript', 'jsx']
  return /\.[cm]?ts$/.test(path) ? ['typescript'] : ['jsx']
}

/** Every node of a syntax tree, from the outside in. */
export function* nodesOf(node: unknown): Generator<SyntaxNode> {
  const ahead = [node]
  while (ahead.length > 0) {
    const next = ahead.pop()
    if (isNode(next)) yield next
    if (isNode(next) || Array.isArray(next)) ahead.push(...Object.values(next).toReversed())
  }
}

/** The line a node starts at, from 1. */
export const lineOf = (node: { loc?: { start: { line: number } } | null | undefined }): number =>
  node.loc?.start.line ?? 1

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
