import type { ProjectFiles } from './project.ts'

// What `npx @flydotio/dockerfile@0.7.10 --litestream` has made of a small app, word for word.
const dockerfile = `# syntax = docker/dockerfile:1

# Adjust NODE_VERSION as desired
ARG NODE_VERSION=20.20.2
FROM node:\${NODE_VERSION}-slim AS base

LABEL fly_launch_runtime="Node.js/Prisma"

# Node.js/Prisma app lives here
WORKDIR /app

# Set production environment
ENV NODE_ENV="production"


# Throw-away build stage to reduce size of final image
FROM base AS build

# Install packages needed to build node modules
RUN apt-get update -qq && \\
    apt-get install --no-install-recommends -y build-essential node-gyp openssl pkg-config python-is-python3

# Install node modules
COPY package-lock.json package.json ./
RUN npm ci

# Generate Prisma Client
COPY prisma .
RUN npx prisma generate

# Copy application code
COPY . .


# Final stage for app image
FROM base

# Install packages needed for deployment
RUN apt-get update -qq && \\
    apt-get install --no-install-recommends -y ca-certificates openssl wget && \\
    rm -rf /var/lib/apt/lists /var/cache/apt/archives

# Install litestream
RUN wget https://github.com/benbjohnson/litestream/releases/download/v0.3.13/litestream-v0.3.13-linux-amd64.deb && \\
    dpkg -i litestream-v0.3.13-linux-amd64.deb && \\
    rm litestream-v0.3.13-linux-amd64.deb

# Copy built application
COPY --from=build /app /app

# Setup sqlite3 on a separate volume
RUN mkdir -p /data
VOLUME /data

# Entrypoint prepares the database.
ENTRYPOINT [ "/app/docker-entrypoint.js" ]

# Start the server by default, this can be overwritten at runtime
EXPOSE 3000
CMD [ "npm", "run", "start" ]
`

const entrypoint = `#!/usr/bin/env node

import { spawn } from 'node:child_process'
import path from 'node:path'
import fs from 'node:fs'

const env = { ...process.env }

// If running the web server then migrate existing database
if (process.argv.slice(-3).join(' ') === 'npm run start') {
  // place Sqlite3 database on volume
  const source = path.resolve('./dev.db')
  const target = '/data/' + path.basename(source)
  if (!fs.existsSync(source) && fs.existsSync('/data')) fs.symlinkSync(target, source)
  let newDb = !fs.existsSync(target)
  if (newDb && process.env.BUCKET_NAME) {
    await exec(\`litestream restore -config litestream.yml -if-replica-exists \${target}\`)
    newDb = !fs.existsSync(target)
  }

  // prepare database
  await exec('npx prisma migrate deploy')
  if (newDb) await exec('node prisma/seed.js')
}

// launch application
if (process.env.BUCKET_NAME) {
  await exec(\`litestream replicate -config litestream.yml -exec \${JSON.stringify(process.argv.slice(2).join(' '))}\`)
} else {
  await exec(process.argv.slice(2).join(' '))
}

function exec(command) {
  const child = spawn(command, { shell: true, stdio: 'inherit', env })
  return new Promise((resolve, reject) => {
    child.on('exit', code => {
      if (code === 0) {
        resolve()
      } else {
        reject(new Error(\`\${command} failed rc=\${code}\`))
      }
    })
  })
}
`

const entrypointOfVariable = `#!/usr/bin/env node

import { spawn } from 'node:child_process'
import fs from 'node:fs'

const env = { ...process.env }

// If running the web server then migrate existing database
if (process.argv.slice(-3).join(' ') === 'npm run start') {
  const url = new URL(process.env.DATABASE_URL)
  const target = url.protocol === 'file:' && url.pathname

  // restore database if not present and replica exists
  let newDb = target && !fs.existsSync(target)
  if (newDb && process.env.BUCKET_NAME) {
    await exec(\`litestream restore -config litestream.yml -if-replica-exists \${target}\`)
    newDb = !fs.existsSync(target)
  }

  // prepare database
  await exec('npx prisma migrate deploy')
  if (newDb) await exec('node prisma/seed.js')
}

// launch application
if (process.env.BUCKET_NAME) {
  await exec(\`litestream replicate -config litestream.yml -exec \${JSON.stringify(process.argv.slice(2).join(' '))}\`)
} else {
  await exec(process.argv.slice(2).join(' '))
}

function exec(command) {
  const child = spawn(command, { shell: true, stdio: 'inherit', env })
  return new Promise((resolve, reject) => {
    child.on('exit', code => {
      if (code === 0) {
        resolve()
      } else {
        reject(new Error(\`\${command} failed rc=\${code}\`))
      }
    })
  })
}
`

const dbsetup = `#!/usr/bin/env node

import { spawn } from 'node:child_process'
import path from 'node:path'
import fs from 'node:fs'

const env = { ...process.env }

// place Sqlite3 database on volume
const source = path.resolve('./dev.db')
const target = '/data/' + path.basename(source)
if (!fs.existsSync(source) && fs.existsSync('/data')) fs.symlinkSync(target, source)
let newDb = !fs.existsSync(target)
if (newDb && process.env.BUCKET_NAME) {
  await exec(\`npx litestream restore -config litestream.yml -if-replica-exists \${target}\`)
  newDb = !fs.existsSync(target)
}

// prepare database
await exec('npx prisma migrate deploy')
if (newDb) await exec('node prisma/seed.js')

// launch application
if (process.env.BUCKET_NAME) {
  await exec(\`npx litestream replicate -config litestream.yml -exec \${JSON.stringify(process.argv.slice(2).join(' '))}\`)
} else {
  await exec(process.argv.slice(2).join(' '))
}

function exec(command) {
  const child = spawn(command, { shell: true, stdio: 'inherit', env })
  return new Promise((resolve, reject) => {
    child.on('exit', code => {
      if (code === 0) {
        resolve()
      } else {
        reject(new Error(\`\${command} failed rc=\${code}\`))
      }
    })
  })
}
`

const litestreamYml = `# This is the configuration file for litestream.
#
# For more details, see: https://litestream.io/reference/config/
#
dbs:
  - path: /data/dev.db
    replicas:
      - type: s3
        endpoint: $AWS_ENDPOINT_URL_S3
        bucket: $BUCKET_NAME
        path: litestream/dev.db
        access-key-id: $AWS_ACCESS_KEY_ID
        secret-access-key: $AWS_SECRET_ACCESS_KEY
`

const app = (url: string, folder = 'prisma/'): ProjectFiles => ({
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { '@flydotio/litestream': '^1.0.1', '@prisma/client': '6.19.0', prisma: '6.19.0' },
    prisma: { seed: 'node prisma/seed.js' },
    dockerfile: { litestream: true },
  },
  'server.js': '',
  [`${folder}schema.prisma`]: `datasource db {\n  provider = "sqlite"\n  url = ${url}\n}\n`,
  [`${folder}migrations/1_init/migration.sql`]: 'CREATE TABLE t (id INTEGER);',
})

const mount = '\n[mounts]\n  source = "data"\n  destination = "/data"\n'

const flyToml = `app = "logbook"\nprimary_region = "ams"\n\n[http_service]\n  internal_port = 3000\n${mount}`

/** Where the url of the schema is a literal. */
export const flyLaunch: ProjectFiles = {
  ...app('"file:./dev.db"'),
  Dockerfile: dockerfile,
  'docker-entrypoint.js': entrypoint,
  'litestream.yml': litestreamYml,
  'fly.toml': flyToml,
}

/** Where it comes from a variable: then it writes no litestream.yml, and sets the variable in the Dockerfile. */
export const flyLaunchWithVariable: ProjectFiles = {
  ...app('env("DATABASE_URL")'),
  '.env': 'DATABASE_URL=file:./dev.db\n',
  Dockerfile: dockerfile.replace('CMD [', 'ENV DATABASE_URL="file:///data/sqlite.db"\nCMD ['),
  'docker-entrypoint.js': entrypointOfVariable,
  'fly.toml': flyToml,
}

/** Beside a Dockerfile of the user's own. */
export const flyLaunchBesideDockerfile: ProjectFiles = {
  ...app('"file:./dev.db"', ''),
  Dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["npm", "run", "start"]\n',
  'dbsetup.js': dbsetup,
  'litestream.yml': litestreamYml,
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
