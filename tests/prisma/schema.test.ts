import { expect, it } from 'vitest'
import { SeaworthyError } from '../../src/errors.ts'
import { readSchema } from '../../src/prisma/schema.ts'

const datasource = (lines: string): string => `datasource db {\n  provider = "sqlite"\n${lines}\n}\n`

it.each([
  ['a text', datasource('  url = "file:./dev.db"'), { kind: 'text', text: 'file:./dev.db', line: 3 }],
  [
    'a variable',
    datasource('  url = env("DATABASE_URL")'),
    { kind: 'variable', name: 'DATABASE_URL', line: 3 },
  ],
  ['none', datasource(''), null],
  ['escapes', datasource('  url = "file:a\\"b.db"'), { kind: 'text', text: 'file:a"b.db', line: 3 }],
  [
    'Windows line ends',
    datasource('  url = "file:a.db"').replaceAll('\n', '\r\n'),
    { kind: 'text', text: 'file:a.db', line: 3 },
  ],
  [
    'F4: comments ignored',
    `// url = "file:./old-name.db"\n${datasource('  // url = "file:./older.db"\n  url = env("DATABASE_URL") // "file:x.db"')}`,
    { kind: 'variable', name: 'DATABASE_URL', line: 5 },
  ],
  [
    'a comment behind the brace',
    'datasource db { // here\n  provider = "sqlite"\n  url = "file:a.db"\n}\n',
    { kind: 'text', text: 'file:a.db', line: 3 },
  ],
])('the url: %s', (_, text, url) => {
  expect(readSchema(text, 'schema.prisma').datasource?.url ?? null).toEqual(url)
})

it('takes models that the parser alone stumbles over', () => {
  const model =
    'model A {\n  id Int @id // key\n  b B @relation(\n    fields: [id],\n    references: [id]\n  )\n  @@index([\n    id\n  ])\n}\n'
  expect(readSchema(datasource('') + model, 'schema.prisma').datasource?.provider).toBe('sqlite')
})

it('reads the generators', () => {
  const text =
    'generator client {\n  provider = "prisma-client"\n  engineType = "client"\n  output = "../gen"\n}\n'
  expect(readSchema(text, 'schema.prisma')).toEqual({
    datasource: null,
    generators: [{ provider: 'prisma-client', engineType: 'client', output: '../gen', binaryTargets: [] }],
  })
})

it.each([
  ['a key without a value', datasource('  url = '), 3],
  ['a key without =', datasource('  url "file:a.db"'), 3],
  ['an open block', 'datasource db {\n  provider = "sqlite"', 2],
  ['words', 'hello', 1],
])('SW-SCHEMA-INVALID names the place: %s', (_, text, line) => {
  const read = () => readSchema(text, 'prisma/schema.prisma')
  expect(read).toThrow(SeaworthyError)
  expect(read).toThrow(`prisma/schema.prisma:${line}`)
})
