import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@decimalturn/toml-patch'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { project } from '../support/project.ts'

const dockerfile = `ARG VERSION=22
FROM node:\${VERSION}-slim AS web
WORKDIR /app
COPY . .
RUN npm ci
CMD npm run start:prod

FROM web AS worker
CMD ["node", "worker.js"]
`
const app = {
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js', 'start:prod': 'node server.js' },
    dependencies: {
      '@prisma/client': '6.19.0',
      prisma: '6.19.0',
      seaworthy: '0.1.0',
      '@flydotio/litestream': '1',
    },
  },
  'package-lock.json': { lockfileVersion: 3, packages: {} },
  'server.js': '',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}

const launch = async (
  root: string,
  words = '',
): Promise<{ processes: unknown; port: unknown; codes: string[] }> => {
  const ctx = fakeContext(root)
  const code = await main(['launch', '--yes', '--json', ...words.split(' ').filter(Boolean)], ctx)
  if (code !== 0) throw new Error(ctx.stderr.join('\n'))
  const toml = parse(readFileSync(join(root, 'fly.toml'), 'utf8'))
  const findings: { code: string }[] = JSON.parse(ctx.stdout.join('\n')).plan.findings
  return {
    processes: toml.processes,
    port: toml.http_service?.internal_port,
    codes: findings.map((finding) => finding.code),
  }
}

describe('F22: launch beside a Dockerfile of the user', () => {
  it.each([
    ['its last stage', { Dockerfile: dockerfile }, 'node dbsetup.js node worker.js'],
    [
      'the stage that fly.toml builds',
      { Dockerfile: dockerfile, 'fly.toml': '[build]\n  build-target = "web"\n' },
      'node dbsetup.js npm run start:prod',
    ],
    [
      'the file that fly.toml builds',
      {
        'docker/Web': dockerfile,
        'fly.toml': '[build]\n  dockerfile = "docker/Web"\n  build-target = "web"\n',
      },
      'node dbsetup.js npm run start:prod',
    ],
    [
      'the file that fly.toml names from its own folder on',
      { 'docker/Web': dockerfile, 'fly.toml': '[build]\n  dockerfile = "/docker/Web"\n' },
      'node dbsetup.js node worker.js',
    ],
  ])('starts what %s starts, and leaves it alone', async (_, files, command) => {
    const root = project({ ...app, ...files })
    expect(await launch(root)).toMatchObject({ processes: { app: command }, codes: [] })
    const before = readFileSync(join(root, 'fly.toml'), 'utf8')
    await launch(root)
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toBe(before)
    for (const path of Object.keys(files).filter((name) => name !== 'fly.toml'))
      expect(readFileSync(join(root, path), 'utf8')).toBe(dockerfile)
  })

  it('says what the image lacks', async () => {
    const root = project({ ...app, Dockerfile: 'FROM nginx\nCMD npm start\n' })
    expect((await launch(root)).codes).toEqual([
      'SW-DOCKERFILE-NO-NODE',
      'SW-DOCKERFILE-NO-SCRIPT',
      'SW-DOCKERFILE-NO-PACKAGE',
    ])
  })

  it('--port changes an existing fly.toml', async () => {
    const root = project({
      ...app,
      Dockerfile: dockerfile,
      'fly.toml': '[http_service]\n  internal_port = 80 # mine\n',
    })
    expect((await launch(root)).port).toBe(80)
    expect((await launch(root, '--port 8080')).port).toBe(8080)
    expect((await launch(root)).port).toBe(8080)
  })
})
