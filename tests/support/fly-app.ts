import type { Account } from './flyctl.ts'
import type { ProjectFiles } from './project.ts'
import { seaworthy } from './typed.ts'

/** An app that needs a secret besides its database; seaworthy is among its dependencies, so that nothing is installed. */
export const flyApp: ProjectFiles = {
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: {
      '@prisma/client': '6.19.0',
      prisma: '6.19.0',
      seaworthy: '*',
      '@remix-run/node': '2.0.0',
    },
  },
  'package-lock.json': { lockfileVersion: 3, packages: {} },
  'server.js': 'process.env.SESSION_SECRET',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}

/** Runs seaworthy in that folder, against the account; `error` is the code of the error that it ended with. */
export const onFly = async (root: string, fly: Account, words: string) => {
  const { code, stdout, stderr } = await seaworthy(root, words, { run: fly.run })
  const error = /\[(SW-[A-Z-]+)\]/.exec(stderr)?.[1] ?? null
  return { code, error, stdout, stderr }
}
