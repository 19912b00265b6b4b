import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProjectFiles, writeProject } from './project.ts'
import { treeOf } from './typed.ts'

const dockerfileNode = fileURLToPath(import.meta.resolve('@flydotio/dockerfile'))

/** An app with what dockerfile-node makes of it, as `fly launch` calls that. */
const launchedByFly = (files: ProjectFiles): Record<string, string> => {
  const root = mkdtempSync(join(tmpdir(), 'seaworthy-earlier-'))
  writeProject(root, files)
  execFileSync(process.execPath, [dockerfileNode, '--litestream', '--skip'], {
    cwd: root,
    // It looks for flyctl there, to change the app on Fly.
    env: { PATH: dirname(process.execPath) },
    stdio: 'pipe',
  })
  const made = Object.entries(treeOf(root)).map(([path, text]) => [relative(root, path), text])
  rmSync(root, { recursive: true })
  return Object.fromEntries(made)
}

const app = (url: string): ProjectFiles => ({
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { '@flydotio/litestream': '^1.0.1', '@prisma/client': '6.19.0', prisma: '6.19.0' },
    prisma: { seed: 'node prisma/seed.js' },
  },
  'package-lock.json': { lockfileVersion: 3, packages: {} },
  'server.js': '',
  'prisma/seed.js': '',
  'prisma/schema.prisma': `datasource db {\n  provider = "sqlite"\n  url = ${url}\n}\n`,
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
})

const mount = '\n[mounts]\n  source = "data"\n  destination = "/data"\n'

const flyToml = `app = "logbook"\nprimary_region = "ams"\n\n[http_service]\n  internal_port = 3000\n${mount}`

/** Where the url of the schema is a literal. */
export const flyLaunch = launchedByFly({ ...app('"file:./dev.db"'), 'fly.toml': flyToml })

/** Where it comes from a variable: then it writes no litestream.yml, and sets the variable in the Dockerfile. */
export const flyLaunchWithVariable = launchedByFly({
  ...app('env("DATABASE_URL")'),
  '.env': 'DATABASE_URL=file:./dev.db\n',
  'fly.toml': flyToml,
})

/** Beside a Dockerfile of the user's own; the line in fly.toml is what it adds where it finds flyctl. */
export const flyLaunchBesideDockerfile: Record<string, string> = {
  ...launchedByFly({
    ...app('"file:./dev.db"'),
    Dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["npm", "run", "start"]\n',
  }),
  'fly.toml': `${flyToml}\n[processes]\n  app = "node ./dbsetup.js npm run start"\n`,
}

/** The Epic Stack, as far as its database is concerned. */
export const epicStack: ProjectFiles = {
  ...app('env("DATABASE_URL")'),
  '.env.example': 'DATABASE_URL="file:./data.db?connection_limit=1"\n',
  Dockerfile: [
    'FROM node:22-bookworm-slim AS base',
    'FROM base',
    'ENV FLY="true"',
    'ENV LITEFS_DIR="/litefs/data"',
    'ENV DATABASE_FILENAME="sqlite.db"',
    'ENV DATABASE_PATH="$LITEFS_DIR/$DATABASE_FILENAME"',
    'ENV DATABASE_URL="file:$DATABASE_PATH"',
    'ENV INTERNAL_PORT="8080"',
    'ENV PORT="8081"',
    'WORKDIR /myapp',
    'COPY . .',
    'COPY --from=flyio/litefs:0.5.14 /usr/local/bin/litefs /usr/local/bin/litefs',
    'ADD other/litefs.yml /etc/litefs.yml',
    'CMD ["litefs", "mount"]',
    '',
  ].join('\n'),
  'other/litefs.yml': [
    'data:',
    "  dir: '/data/litefs'",
    'exec:',
    '  - cmd: npx prisma migrate deploy',
    '    if-candidate: true',
    '  - cmd: npm start',
    '',
  ].join('\n'),
  'fly.toml': `app = "epic"\n${mount}\n[[services]]\n  internal_port = 8080\n  protocol = "tcp"\n`,
}

/** The Indie Stack: a volume, and nothing that backs it up. */
export const indieStack: ProjectFiles = {
  ...app('env("DATABASE_URL")'),
  '.env': 'DATABASE_URL="file:./data.db?connection_limit=1"\n',
  'start.sh': '#!/bin/sh -ex\nnpx prisma migrate deploy\nnpm run start\n',
  Dockerfile: [
    'FROM node:18-bullseye-slim as base',
    'FROM base',
    'ENV DATABASE_URL=file:/data/sqlite.db',
    'ENV PORT="8080"',
    'WORKDIR /myapp',
    'COPY . .',
    'ENTRYPOINT [ "./start.sh" ]',
    '',
  ].join('\n'),
  'fly.toml': `app = "indie"\n${mount}\n[[services]]\n  internal_port = 8080\n  protocol = "tcp"\n`,
}
