import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import {
  databaseFiles,
  generateClient,
  type Major,
  openedByCli,
  openedByRunning,
  prismaProject,
} from '../support/opened-file.ts'
import { linkPrisma, migrateDeploy, prismaFiles } from '../support/prisma-cli.ts'
import { type ProjectFiles, project } from '../support/project.ts'
import { schema } from './scanned.ts'

const six = 'prisma/schema.prisma'

const filesFound = (root: string): string[] =>
  scan(sourceTree(root)).prisma?.databases.map(({ file }) => file) ?? []

/** Migrations are looked at before a database is opened. */
const migration = (folder: string): ProjectFiles => ({
  [`${folder}/1_a/migration.sql`]: 'CREATE TABLE a (id INTEGER PRIMARY KEY);\n',
  [`${folder}/migration_lock.toml`]: 'provider = "sqlite"\n',
})

const config = (url: string) =>
  `import { env } from 'prisma/config'\nexport default { schema: '${six}', datasource: { url: ${url} } }`

describe('the file that the scan finds is the one that the CLI opens', () => {
  it.each<[Major, string, ProjectFiles, string]>([
    [6, 'F1: no folder', { [six]: schema('"file:dev.db"') }, 'prisma/dev.db'],
    [6, 'F2: parameters', { [six]: schema('"file:./dev.db?connection_limit=1"') }, 'prisma/dev.db'],
    [6, 'F3: absolute', { [six]: schema('"file:/data/x.db"') }, '/data/x.db'],
    [
      6,
      'F4: comments, another folder, .env',
      { [six]: `// url = "file:./old.db"\n${schema('env("URL")')}`, '.env': 'URL="file:../data/my app.db"' },
      'data/my app.db',
    ],
    [
      6,
      'F5: .env beside the schema, with a variable',
      { [six]: schema('env("URL")'), 'prisma/.env': `NAME=a.db\nURL=file:./\${NAME}` },
      'prisma/a.db',
    ],
    [
      6,
      'F7: a folder, by package.json',
      {
        'package.json': { dependencies: { prisma: '6.19.3' }, prisma: { schema: 'db/schema' } },
        'db/schema/sub/main.prisma': schema('"file:./a.db"'),
        'db/schema/model.prisma': 'model A {\n  id Int @id\n}\n',
      },
      'db/schema/sub/a.db',
    ],
    [
      7,
      'F6: the configuration',
      { [six]: schema(), 'prisma.config.ts': config("'file:./dev.db?x=1'") },
      'dev.db',
    ],
    [
      7,
      'F6: a default, in .config',
      {
        [six]: schema(),
        '.config/prisma.mjs': config("process.env.NO_SUCH_URL ?? 'file:./data/a.db'").replace(
          six,
          `../${six}`,
        ),
      },
      'data/a.db',
    ],
    [
      7,
      'F6: .env, loaded by the configuration',
      {
        [six]: schema(),
        '.env': 'MY_URL=file:../outside.db',
        'prisma.config.mts': `import 'dotenv/config'\n${config("env('MY_URL')")}`,
      },
      '../outside.db',
    ],
  ])('Prisma %i, %s', async (major, _, files, expected) => {
    const root = await prismaProject(major, {
      ...files,
      ...migration(expected.startsWith('db/') ? 'db/schema/sub/migrations' : 'prisma/migrations'),
    })
    const [found = ''] = filesFound(root)
    const opened = await openedByCli(root)
    expect(join(root, found)).toBe(join(root, expected))
    expect(opened).toBe(expected.startsWith('../') ? join(root, expected) : expected)
  })

  it("Prisma 6, an adapter of the CLI's own", async () => {
    const root = project({
      ...prismaFiles,
      'package.json': { ...prismaFiles['package.json'], dependencies: { prisma: '6.19.3' } },
      ...migration('prisma/migrations'),
    })
    linkPrisma(root)
    expect(await migrateDeploy(root)).toMatchObject({ code: 0 })
    expect(filesFound(root)).toEqual(databaseFiles(root))
  })
})

describe('the file that the scan finds is the one that the client opens through an adapter', () => {
  const adapterClass = { 6: 'PrismaLibSQL', 7: 'PrismaLibSql' } as const
  const client = (major: Major, url: string) => `
    import { ${adapterClass[major]} } from '@prisma/adapter-libsql'
    import { PrismaClient } from '../client/index.js'
    const prisma = new PrismaClient({ adapter: new ${adapterClass[major]}({ url: ${url} }) })
    await prisma.$executeRawUnsafe('CREATE TABLE a (id INTEGER PRIMARY KEY)')
    await prisma.$disconnect()`

  it.each<[Major, string, string[]]>([
    [6, "'file:./dev.db'", ['prisma/dev.db', 'dev.db']],
    [6, "process.env.NO_SUCH_URL || 'file:prisma/dev.db'", ['prisma/dev.db']],
    [7, "process.env.NO_SUCH_URL ?? 'file:my app.db'", ['dev.db', 'my app.db']],
    [7, "'file:' + new URL('../dev.db', import.meta.url).pathname", ['dev.db']],
  ])('Prisma %i, %s', async (major, url, expected) => {
    const root = await prismaProject(major, {
      [six]: `generator client {\n  provider = "prisma-client-js"\n  output = "../client"\n${major === 6 ? '  engineType = "client"\n' : ''}}\n${
        major === 6 ? schema('"file:dev.db"') : schema()
      }\nmodel A {\n  id Int @id\n}\n`,
      ...(major === 7 ? { 'prisma.config.ts': config("'file:dev.db'") } : {}),
      'src/db.mjs': client(major, url),
    })
    await generateClient(root)
    expect(filesFound(root)).toEqual(expected)
    expect(await openedByRunning(root, 'src/db.mjs')).toEqual(expected.slice(-1))
  })
})
