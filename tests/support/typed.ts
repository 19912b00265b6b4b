import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { show } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { main } from '../../src/main.ts'
import { fakeContext } from './context.ts'

/** What a user types behind `seaworthy`, and what came of it. */
export const seaworthy = async (
  root: string,
  words: string | readonly string[],
  changes: Partial<Context> = {},
) => {
  const ctx = fakeContext(root, changes)
  const code = await main(typeof words === 'string' ? words.split(' ') : [...words], ctx)
  return { code, stdout: ctx.stdout.join('\n'), stderr: ctx.stderr.join('\n'), ran: ctx.ran.map(show) }
}

/** All files below a folder, but those of these names, with their texts. */
export const treeOf = (root: string, except: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !except.includes(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  )

/** A small app that needs nothing but a plan. */
export const logbook = {
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { '@prisma/client': '6.19.0' },
    devDependencies: { prisma: '6.19.0' },
  },
  'server.js': '',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}
