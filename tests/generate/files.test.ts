import { parse as parseToml } from '@decimalturn/toml-patch'
import { DockerfileParser } from 'dockerfile-ast'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { generate } from '../../src/generate/generate.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { PlanOptions } from '../../src/plan/plan-types.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { database, prisma, profile } from '../support/profile.ts'

const filesOf = (changes: Partial<AppProfile> = {}, options: PlanOptions = {}): Record<string, string> =>
  Object.fromEntries(
    generate(buildPlan(profile(changes), options)).map(({ path, contents }) => [path, contents]),
  )

const own = (dockerfile: string): PlanOptions => ({
  files: { dockerfile, flyToml: null, packageJson: null, present: [] },
})

describe('which files', () => {
  it.each<[string, Partial<AppProfile>, PlanOptions, string[]]>([
    [
      'a new app',
      {},
      {},
      ['Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'litestream.yml', 'fly.toml'],
    ],
    [
      'F37: without a backup',
      {},
      { backup: false },
      ['Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'fly.toml'],
    ],
    [
      'a Dockerfile of its own',
      {},
      own('FROM node\nCMD ["x"]'),
      ['.dockerignore', 'dbsetup.js', 'litestream.yml', 'fly.toml'],
    ],
    ['no database', { prisma: null }, {}, ['Dockerfile', '.dockerignore', 'fly.toml']],
  ])('%s', (_, changes, options, paths) => {
    expect(Object.keys(filesOf(changes, options))).toEqual(paths)
  })

  it('the start script can be run, the others cannot', () => {
    const modes = generate(buildPlan(profile())).map(({ path, mode }) => [path, mode.toString(8)])
    expect(modes.filter(([, mode]) => mode !== '644')).toEqual([['docker-entrypoint.js', '755']])
  })

  it('hold no secret', () => {
    expect(Object.values(filesOf()).join()).not.toMatch(/ACCESS_KEY/)
  })
})

describe('Dockerfile', () => {
  it('of an npm app', async () => {
    await expect(filesOf({ build: 'npm run build' }).Dockerfile).toMatchFileSnapshot(
      'snapshots/npm.Dockerfile',
    )
  })

  it('of a pnpm app with Prisma 7 and a native driver', async () => {
    const app: Partial<AppProfile> = {
      packageManager: { name: 'pnpm', version: '9.15.0' },
      prisma: prisma({
        version: '7.1.0',
        config: 'prisma.config.ts',
        databases: [database('dev.db', 'DATABASE_URL')],
      }),
    }
    const packageJson = JSON.stringify({ dependencies: { 'better-sqlite3': '12' } })
    const options: PlanOptions = {
      files: { dockerfile: null, flyToml: null, packageJson, present: ['.npmrc', 'patches/'] },
    }
    await expect(filesOf(app, options).Dockerfile).toMatchFileSnapshot('snapshots/pnpm.Dockerfile')
  })

  const linesOf = (changes: Partial<AppProfile>, options?: PlanOptions): string[] =>
    (filesOf(changes, options).Dockerfile ?? '').split('\n')

  it('is made of the stages base, build and the image itself', () => {
    const froms = DockerfileParser.parse(filesOf().Dockerfile ?? '').getFROMs()
    expect(froms.map((from) => [from.getImageName(), from.getBuildStage()])).toEqual([
      ['node', 'base'],
      ['base', 'build'],
      ['base', null],
    ])
  })

  it.each<[string, Partial<AppProfile>, PlanOptions, string]>([
    [
      'F24: the Node version that was found',
      { runtime: { name: 'node', version: '20' } },
      {},
      'ARG NODE_VERSION=20',
    ],
    [
      'F25: the pnpm that was found',
      { packageManager: { name: 'pnpm', version: '8.15.0' } },
      {},
      'ARG PNPM_VERSION=8.15.0',
    ],
    [
      'yarn 1',
      { packageManager: { name: 'yarn', version: null } },
      {},
      'RUN yarn install --frozen-lockfile --production=false',
    ],
    ['yarn 4', { packageManager: { name: 'yarn', version: '4.5.0' } }, {}, 'RUN yarn install --immutable'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own
    ['bun', { runtime: { name: 'bun', version: '1' } }, {}, 'FROM oven/bun:${BUN_VERSION}-slim AS base'],
    [
      'F11: Litestream of the image’s CPU',
      {},
      { litestream: '0.5.16' },
      'COPY --from=litestream/litestream:0.5.16 /usr/local/bin/litestream /usr/local/bin/litestream',
    ],
    ['a start command that needs a shell', { start: 'A=1 node x' }, {}, 'CMD ["sh","-c","A=1 node x"]'],
    ['the start script', {}, {}, 'ENTRYPOINT ["/app/docker-entrypoint.js"]'],
    ['the port', { port: 8080 }, {}, 'EXPOSE 8080'],
  ])('has %s', (_, changes, options, line) => {
    expect(linesOf(changes, options)).toContain(line)
  })

  it('F23: copies a workspace before it installs', () => {
    const lines = linesOf({ workspace: { root: '/home/me/logbook', app: '.' } })
    expect(lines.indexOf('COPY . .')).toBeLessThan(lines.findIndex((line) => line.startsWith('RUN npm ci')))
  })

  it('has no start script and no Litestream without a database', () => {
    expect(filesOf({ prisma: null }).Dockerfile).not.toMatch(/ENTRYPOINT|litestream|prisma/)
  })
})

describe('litestream.yml', () => {
  it.each([
    ['prisma/dev.db', '/data/dev.db', 'litestream/dev.db$SEAWORTHY_TIMELINE'],
    ['/data/my db #1.db', '/data/my db #1.db', 'litestream/my db #1.db$SEAWORTHY_TIMELINE'],
  ])('of %s', (file, path, backup) => {
    const text = filesOf({ prisma: prisma({ databases: [database(file)] }) })['litestream.yml'] ?? ''
    expect(parseYaml(text)).toMatchObject({
      dbs: [{ path, replicas: [{ path: backup, bucket: '$BUCKET_NAME' }] }],
    })
  })
})

it('the command in litestream.yml can be typed, whatever the name of the file', () => {
  const text = filesOf({ prisma: prisma({ databases: [database('/data/my db.db')] }) })['litestream.yml']
  expect(text).toContain("litestream restore -config litestream.yml '/data/my db.db'\n")
})

describe('fly.toml', () => {
  it('of a new app', async () => {
    await expect(filesOf({}, { region: 'ams' })['fly.toml']).toMatchFileSnapshot('snapshots/fly.toml')
  })

  it.each([
    ['F22: shell form', 'CMD npm run start:prod', 'node dbsetup.js npm run start:prod'],
    ['F17: words with spaces', 'CMD ["node", "x y", "$HOME"]', "node dbsetup.js node 'x y' '$HOME'"],
    ['a shell line', 'CMD a && b', "node dbsetup.js sh -c 'a && b'"],
  ])('starts dbsetup.js before a Dockerfile’s command: %s', (_, line, app) => {
    const toml = parseToml(filesOf({}, own(`FROM node\n${line}`))['fly.toml'] ?? '')
    expect(toml.processes).toEqual({ app })
    expect(toml.http_service.processes).toEqual(['app'])
  })

  // Fly puts the image's ENTRYPOINT before a process' command, so the whole of it would run twice.
  it('takes an ENTRYPOINT into that command', () => {
    const toml = parseToml(filesOf({}, own('FROM node\nENTRYPOINT ["./up.sh"]\nCMD ["x"]'))['fly.toml'] ?? '')
    expect(toml).toMatchObject({
      processes: { app: 'node dbsetup.js ./up.sh x' },
      experimental: { entrypoint: ['/usr/bin/env'] },
    })
  })
})
