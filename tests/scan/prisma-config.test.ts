import { expect, it } from 'vitest'
import { readPrismaConfig } from '../../src/scan/prisma-config.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { project } from '../support/project.ts'

const read = (text: string, file = 'prisma.config.ts') => {
  const config = readPrismaConfig(sourceTree(project({ [file]: text })))
  if (!config) throw new Error('no configuration was found')
  return config
}

const text = (value: string) => ({ kind: 'text', text: value })
const variable = (name: string, fallback: string | null = null) => ({ kind: 'variable', name, fallback })

it.each([
  ['"file:a.db"', text('file:a.db')],
  ['`file:a.db`', text('file:a.db')],
  ['"file:" + "a.db"', text('file:a.db')],
  ['env("URL")', variable('URL')],
  ['env<Env>("URL")', variable('URL')],
  ['process.env.URL', variable('URL')],
  ['process.env["URL"]!', variable('URL')],
  ['process.env.URL as string', variable('URL')],
  ['process.env.URL ?? "file:a.db"', variable('URL', 'file:a.db')],
  [`process.env.URL || \`file:\${path.join("b", "a.db")}\``, variable('URL', 'file:b/a.db')],
  ['process.env.URL ?? process.env.OTHER ?? "file:a.db"', variable('URL', 'file:a.db')],
  ['name', text('file:named.db')],
  ['load()', { kind: 'unsettled' }],
  ['process.env.CI ? "file:a.db" : "file:b.db"', { kind: 'unsettled' }],
  [`\`file:\${process.env.NAME}.db\``, { kind: 'unsettled' }],
  ['loop', { kind: 'unsettled' }],
])('datasource.url: %s', (code, value) => {
  const config = read(
    `const name = 'file:named.db'\nconst loop = loop\nexport default defineConfig({ datasource: { url: ${code} } })`,
  )
  expect(config.url).toEqual({
    key: 'datasource.url',
    value,
    from: expect.stringContaining('prisma.config.ts:'),
  })
})

it.each([
  ['prisma.config.ts', 'export default defineConfig({ schema: "a.prisma" })'],
  ['prisma.config.ts', 'export default { schema: "a.prisma" } satisfies PrismaConfig'],
  ['prisma.config.ts', 'const config: PrismaConfig = { schema: "a.prisma" }\nexport default config'],
  ['prisma.config.ts', 'const schema = "a.prisma"\nexport default defineConfig({ schema })'],
  ['prisma.config.js', 'module.exports = { schema: "a.prisma" }'],
  ['prisma.config.cjs', 'module.exports = defineConfig({ "schema": "a.prisma" })'],
  ['prisma.config.mjs', 'export default { schema: "a.prisma" }'],
  ['prisma.config.cts', 'export = { schema: "a.prisma" }'],
  ['.config/prisma.ts', 'export default { schema: "a.prisma" }'],
])('%s: %s', (file, code) => {
  const { schema, file: found } = read(code, file)
  expect([found, schema.value]).toEqual([file, text('a.prisma')])
})

it.each([
  ['a spread that may hold it', 'export default { ...base }', 'unsettled'],
  ['a key behind the spread', 'export default { ...base, schema: "a.prisma" }', 'text'],
  ['a function', 'export default () => ({ schema: "a.prisma" })', 'unsettled'],
  ['what is no JavaScript', 'export default {{{', 'unsettled'],
  ['no such key', 'export default defineConfig({})', 'absent'],
])('schema of %s', (_, code, kind) => {
  expect(read(code).schema.value.kind).toBe(kind)
})

it('reads every key, with its line', () => {
  const config = read(
    `export default defineConfig({
  engine: 'js',
  migrations: {
    path: 'db/migrations',
    seed: 'node seed.js',
  },
})`,
  )
  expect([config.engine, config.migrationsPath, config.seed]).toEqual([
    { key: 'engine', value: text('js'), from: 'prisma.config.ts:2' },
    { key: 'migrations.path', value: text('db/migrations'), from: 'prisma.config.ts:4' },
    { key: 'migrations.seed', value: text('node seed.js'), from: 'prisma.config.ts:5' },
  ])
})
