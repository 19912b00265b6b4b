import { getSchema, PrismaParser, VisitorClassFactory } from '@mrleebo/prisma-ast'
import { reasonOf, SeaworthyError } from '../errors.ts'

/** What a schema file says about the database and the client; models are not looked at. */
export interface SchemaFile {
  datasource: SchemaDatasource | null
  generators: SchemaGenerator[]
}

export interface SchemaGenerator {
  provider: string | null
  engineType: string | null
  output: string | null
  binaryTargets: string[]
}

interface SchemaDatasource {
  provider: string | null
  url: SchemaUrl | null
}

/** The url as written, or the variable that holds it, with its line (from 1). */
export type SchemaUrl = { line: number } & (
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string }
)

/** Reads the text of a `.prisma` file. Throws `SW-SCHEMA-INVALID` with file and line. */
export const readSchema = (text: string, file: string): SchemaFile => {
  const blocks = parseBlocks(text, file)
  const datasource = blocks.find((block) => block.type === 'datasource')
  return {
    datasource: datasource ? { provider: textOf(datasource, 'provider'), url: urlOf(datasource) } : null,
    generators: blocks
      .filter((block) => block.type === 'generator')
      .map((block) => ({
        provider: textOf(block, 'provider'),
        engineType: textOf(block, 'engineType'),
        output: textOf(block, 'output'),
        binaryTargets: textsOf(block, 'binaryTargets'),
      })),
  }
}

type Token = PrismaParser['input'][number]
type Block = ReturnType<typeof getSchema>['list'][number]
type ConfigBlock = Extract<Block, { type: 'datasource' | 'generator' }>
type Assignment = Extract<ConfigBlock['assignments'][number], { type: 'assignment' }>

// Its grammar never changes: to check it takes longer than to read a schema.
const settings = { nodeLocationTracking: 'full', skipValidations: true } as const
const parser = new PrismaParser(settings)
const visitor = new (VisitorClassFactory(parser))()

// The parser stumbles over two things that Prisma takes: a comment behind a brace, and a list over several lines.
Object.defineProperty(parser, 'input', {
  set: (tokens: Token[]) => Reflect.set(PrismaParser.prototype, 'input', withoutFreeForm(tokens), parser),
})

const withoutFreeForm = (tokens: Token[]): Token[] => {
  let depth = 0
  return tokens.filter(({ image, tokenType }) => {
    if (image === '(' || image === '[') depth += 1
    if (image === ')' || image === ']') depth -= 1
    return !tokenType.name.endsWith('Comment') && !(depth > 0 && tokenType.name === 'LineBreak')
  })
}

const parseBlocks = (text: string, file: string): Block[] => {
  try {
    return getSchema(text, { parser, visitor }).list
  } catch (error) {
    const line = faultyLine(error)
    throw new SeaworthyError({
      code: 'SW-SCHEMA-INVALID',
      what: `The Prisma schema ${file}${line ? `:${line}` : ''} cannot be read.`,
      why: reasonOf(error).split('\n')[0] ?? '',
      next: `Mend it; Prisma says more: npx prisma validate --schema ${file}`,
      cause: error,
    })
  }
}

/** The line of the parser's error; at the end of the file it has none, the token before has. */
const faultyLine = (error: unknown): number | null => {
  const tokens = error as { token?: Partial<Token>; previousToken?: Partial<Token> }
  return tokens.token?.startLine || tokens.previousToken?.startLine || null
}

const assignment = (
  block: ConfigBlock,
  key: string,
): (Assignment & { location?: { startLine?: number } }) | undefined =>
  block.assignments.find((entry) => entry.type === 'assignment' && entry.key === key) as
    | Assignment
    | undefined

const textOf = (block: ConfigBlock, key: string): string | null => unquoted(assignment(block, key)?.value)

const textsOf = (block: ConfigBlock, key: string): string[] => {
  const value = assignment(block, key)?.value
  const isList = typeof value === 'object' && value !== null && 'args' in value && Array.isArray(value.args)
  return isList ? value.args.flatMap((item) => unquoted(item) ?? []) : []
}

const urlOf = (block: ConfigBlock): SchemaUrl | null => {
  const url = assignment(block, 'url')
  const value = url?.value
  if (!url || value === undefined) return null
  const line = url.location?.startLine ?? 1
  const text = unquoted(value)
  if (text !== null) return { kind: 'text', text, line }
  const isEnv = typeof value === 'object' && value !== null && 'name' in value && value.name === 'env'
  const name = isEnv && 'params' in value ? unquoted(value.params?.[0]) : null
  return name === null ? null : { kind: 'variable', name, line }
}

// The parser gives a text with its quotes and escapes, which are those of JSON.
const unquoted = (value: unknown): string | null =>
  typeof value === 'string' && value.startsWith('"') ? String(JSON.parse(value)) : null
