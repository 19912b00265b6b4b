import { expect, it } from 'vitest'
import { codeOf, scanned, scannedPrisma, schema } from './scanned.ts'

const config = (url: string) => `export default defineConfig({ datasource: { url: ${url} } })`
const client = (url: string, adapter = 'libsql') =>
  `import { Adapter } from '@prisma/adapter-${adapter}'\nexport const db = new PrismaClient({ adapter: new Adapter({ url: ${url} }) })`
const six = 'prisma/schema.prisma'

it.each([
  ['F1', { [six]: schema('"file:dev.db"') }, 'prisma/dev.db', null, `${six}:3`],
  ['F2', { [six]: schema('"file:./dev.db?connection_limit=1"') }, 'prisma/dev.db', null, `${six}:3`],
  ['F3', { [six]: schema('"file:/data/x.db"') }, '/data/x.db', null, `${six}:3`],
  [
    'F4',
    { [six]: `// url = "file:./old-name.db"\n${schema('env("URL")')}`, '.env': 'URL=file:new.db' },
    'prisma/new.db',
    'URL',
    '.env#URL',
  ],
  ['F5', { [six]: schema('env("URL")') }, 'prisma/dev.db', 'URL', 'default'],
  [
    '.env beside the schema',
    { [six]: schema('env("URL")'), 'prisma/.env': 'URL="file:./a.db"' },
    'prisma/a.db',
    'URL',
    'prisma/.env#URL',
  ],
  [
    '.env names another variable',
    { [six]: schema('env("URL")'), '.env': `AT=../data/a.db\nURL=file:\${AT}` },
    'data/a.db',
    'URL',
    '.env#URL',
  ],
  [
    'an example file',
    { [six]: schema('env("URL")'), '.env.example': 'URL=file:a.db' },
    'prisma/a.db',
    'URL',
    '.env.example#URL',
  ],
  [
    'an example of another database',
    { [six]: schema('env("URL")'), '.env.example': 'URL=postgres://x' },
    'prisma/dev.db',
    'URL',
    'default',
  ],
  [
    'the client names the default',
    { [six]: schema('env("URL")'), 'src/db.ts': client('process.env.URL ?? "file:b.db"') },
    'prisma/b.db',
    'URL',
    'src/db.ts:2',
  ],
  ['a schema at the root', { 'schema.prisma': schema('"file:a.db"') }, 'a.db', null, 'schema.prisma:3'],
  [
    'an adapter for the CLI',
    {
      [six]: schema('"file:a.db"'),
      'prisma.config.ts': `${client('"file:c.db"')}\nexport default { engine: 'js' }`,
    },
    'c.db',
    null,
    'prisma.config.ts:2',
  ],
])('Prisma 6, %s', (_, files, file, env, from) => {
  expect(scannedPrisma('6.19.0', files).databases[0]).toMatchObject({ file, env, from })
})

it.each([
  ['F6', { 'prisma.config.ts': config('"file:./dev.db"') }, 'dev.db', null, 'prisma.config.ts:1'],
  [
    'a variable',
    { 'prisma.config.ts': config('env("URL")'), '.env': 'URL=file:./data/a.db?x=1' },
    'data/a.db',
    'URL',
    '.env#URL',
  ],
  [
    'a default',
    { 'prisma.config.ts': config('process.env.URL ?? "file:a.db"') },
    'a.db',
    'URL',
    'prisma.config.ts:1',
  ],
  [
    'not relative to .config',
    { '.config/prisma.ts': `export default { schema: '../${six}', datasource: { url: 'file:a.db' } }` },
    'a.db',
    null,
    '.config/prisma.ts:1',
  ],
  ['only the client names it', { 'src/db.ts': client('"file:a.db"') }, 'a.db', null, 'src/db.ts:2'],
  [
    'a path from the file',
    { 'prisma.config.ts': config(`\`file:\${path.join(__dirname, "prisma", "a.db")}\``) },
    'prisma/a.db',
    null,
    'prisma.config.ts:1',
  ],
  ['nothing names it', {}, 'dev.db', null, 'default'],
  [
    'node:sqlite',
    { 'src/db.ts': client('"file:a.db"').replace('@prisma/adapter-libsql', 'prisma-adapter-node-sqlite') },
    'a.db',
    null,
    'src/db.ts:2',
  ],
  [
    'env with a default',
    { 'prisma.config.ts': config('env("URL") ?? "file:a.db"') },
    'a.db',
    'URL',
    'prisma.config.ts:1',
  ],
  [
    'an absolute url',
    { 'prisma.config.mts': config('"file:/data/x.db?mode=rwc"') },
    '/data/x.db',
    null,
    'prisma.config.mts:1',
  ],
])('Prisma 7, %s', (_, files, file, env, from) => {
  expect(scannedPrisma('7.9.0', { [six]: schema(), ...files }).databases).toMatchObject([{ file, env, from }])
})

it.each([
  [
    'another folder',
    '6.19.0',
    schema('"file:./dev.db"'),
    '"file:./dev.db"',
    'libsql',
    ['prisma/dev.db', 'dev.db'],
  ],
  [
    'parameters in the name',
    '6.19.0',
    schema('"file:../dev.db?x=1"'),
    '"file:dev.db?x=1"',
    'better-sqlite3',
    ['dev.db', 'dev.db?x=1'],
  ],
  [
    'the same file',
    '6.19.0',
    schema('"file:./dev.db"'),
    'new URL("../prisma/dev.db", import.meta.url).href',
    'libsql',
    ['prisma/dev.db'],
  ],
  [
    'the same variable',
    '6.19.0',
    schema('env("URL")'),
    'process.env.URL ?? "file:dev.db"',
    'libsql',
    ['prisma/dev.db'],
  ],
])('the file of the CLI and of the server: %s', (_, version, text, url, adapter, files) => {
  const { prisma, findings } = scanned({
    'package.json': { dependencies: { prisma: version } },
    [six]: text,
    'src/db.ts': client(url, adapter),
    'prisma/seed.ts': client('"file:seeded.db"'),
    'tests/db.test.ts': client('"file:tested.db"'),
  })
  expect(prisma?.databases.map(({ file }) => file)).toEqual(files)
  expect(findings.map(({ code }) => code)).toEqual(files.length > 1 ? ['SW-DATABASE-TWO-FILES'] : [])
})

it.each([
  ['a token', client('"file:a.db", authToken: process.env.TOKEN')],
  ['a server', client('"libsql://x.example"')],
  ['D1', client('"file:a.db"', 'd1')],
])('a client that can talk to a server is remarked: %s', (_, text) => {
  const { findings } = scanned({
    'package.json': { dependencies: { prisma: '7.0.0' } },
    [six]: schema(),
    'prisma.config.ts': config('"file:a.db"'),
    'src/db.ts': text,
  })
  expect(findings.map(({ code }) => code)).toEqual(['SW-DATABASE-REMOTE'])
})

it('F39: another provider has no databases, and words in comments make none', () => {
  const postgres = 'datasource db {\n  provider = "postgresql" // "sqlite"\n  url = env("URL")\n}\n'
  expect(scannedPrisma('6.0.0', { [six]: postgres })).toMatchObject({ provider: 'postgresql', databases: [] })
  expect(scannedPrisma('6.0.0', { [six]: `// postgresql\n${schema('"file:a.db"')}` }).provider).toBe('sqlite')
})

it.each([
  ['a url of a server', '6.0.0', { [six]: schema('"postgres://me:secret@host/db"') }, 'SW-URL-NO-FILE'],
  ['the same in .env', '6.0.0', { [six]: schema('env("URL")'), '.env': 'URL=libsql://x' }, 'SW-URL-NO-FILE'],
  [
    'a url that has to be run',
    '7.0.0',
    { [six]: schema(), 'prisma.config.ts': config('load()') },
    'SW-CONFIG-UNSETTLED',
  ],
  [
    'a configuration that has to be run',
    '7.0.0',
    { [six]: schema(), 'prisma.config.ts': 'export default make()' },
    'SW-CONFIG-UNSETTLED',
  ],
])('%s', (_, version, files, code) => {
  expect(codeOf(() => scannedPrisma(version, files))).toBe(code)
})
