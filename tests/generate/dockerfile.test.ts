import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dockerfile } from '../../src/generate/dockerfile.ts'
import { generate } from '../../src/generate/generate.ts'
import type { DockerfileOptions } from '../../src/plan/dockerfile-options.ts'
import { allSteps, baseImage, type Stage, stagesOf } from '../../src/plan/dockerfile-stages.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { ProjectFiles } from '../../src/plan/project-files.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { database, framework, prisma, profile, workspace } from '../support/profile.ts'

type Case = [
  string,
  Partial<AppProfile>,
  DockerfileOptions?,
  (Partial<Omit<ProjectFiles, 'packageJson'>> & { packageJson?: object })?,
]

const planOf = ([, app, dockerfile, files]: Case, options: PlanOptions = {}) =>
  buildPlan(profile(app), {
    ...options,
    ...(dockerfile ? { dockerfile } : {}),
    files: {
      ...{ dockerfile: null, flyToml: null, present: [] },
      ...files,
      packageJson: files?.packageJson ? JSON.stringify(files.packageJson) : null,
    },
  })

const seed = {
  seed: { command: 'tsx prisma/seed.ts', from: 'package.json#prisma.seed' },
  seedNeeds: { files: ['prisma/seed.ts', 'src/db.ts'], packages: ['@prisma/client', 'tsx'] },
}
const devDependencies = { packageJson: { devDependencies: { prisma: '6', tsx: '4', vitest: '4' } } }
const next = framework({
  name: 'Next.js',
  output: 'standalone',
  outputs: ['.next/standalone', '.next/static'],
  env: { HOSTNAME: '0.0.0.0' },
})
const nuxt = framework({
  name: 'Nuxt',
  output: 'standalone',
  outputs: ['.output'],
  env: { NITRO_HOST: '0.0.0.0' },
})

const sharedPrisma = prisma({
  folder: '../shared',
  schema: ['../shared/prisma/schema.prisma'],
  config: '../shared/prisma.config.ts',
  databases: [database('../shared/prisma/dev.db', 'DATABASE_URL')],
  migrations: { dir: '../shared/prisma/migrations', count: 1 },
  seed: { command: 'tsx prisma/seed.ts', from: '../shared/prisma.config.ts:5' },
  seedNeeds: { files: ['../shared/prisma/seed.ts'], packages: ['@prisma/client', 'tsx'] },
  generators: [
    { provider: 'prisma-client', output: '../shared/src/client', binaryTargets: [], engineType: null },
  ],
})

const kinds: Case[] = [
  [
    'npm',
    { build: 'npm run build', prisma: prisma(seed) },
    {},
    { ...devDependencies, present: ['package-lock.json'] },
  ],
  [
    'pnpm',
    {
      packageManager: { name: 'pnpm', version: '9.15.0' },
      prisma: prisma({
        version: '7.1.0',
        config: 'prisma.config.ts',
        databases: [database('dev.db', 'DATABASE_URL')],
      }),
    },
    {},
    {
      packageJson: { dependencies: { 'better-sqlite3': '12' } },
      present: ['.npmrc', 'patches/', 'pnpm-lock.yaml'],
    },
  ],
  ['yarn-berry', { packageManager: { name: 'yarn', version: '4.5.0' } }],
  [
    'bun',
    {
      runtime: { name: 'bun', version: '1' },
      packageManager: { name: 'bun', version: null },
      start: 'bun run start',
    },
  ],
  [
    'next-standalone',
    {
      framework: next,
      build: 'npm run build',
      start: 'node .next/standalone/server.js',
      prisma: prisma(seed),
    },
    {},
    { ...devDependencies, present: ['package-lock.json', 'public/', 'tsconfig.json'] },
  ],
  ['nuxt', { framework: nuxt, build: 'npm run build', start: 'node .output/server/index.mjs' }],
  [
    'static',
    {
      framework: framework({ name: 'Vite', output: 'static', outputs: ['dist'] }),
      build: 'npm run build',
      start: null,
      port: 80,
      prisma: null,
    },
  ],
  [
    'workspace',
    {
      root: '/home/me/logbook',
      workspace: workspace(),
      packageManager: { name: 'pnpm', version: '10.2.0' },
      build: 'pnpm run build',
    },
    {},
    { present: ['pnpm-workspace.yaml'] },
  ],
  [
    'shared-prisma',
    {
      workspace: workspace({ needs: ['shared', 'text'], builds: ['text', 'shared'] }),
      build: 'npm run build',
      prisma: sharedPrisma,
    },
    {},
    { ...devDependencies, present: ['package-lock.json'] },
  ],
  [
    'shared-prisma-standalone',
    {
      framework: next,
      build: 'pnpm run build',
      start: 'node .next/standalone/logbook/server.js',
      packageManager: { name: 'pnpm', version: '10.2.0' },
      workspace: workspace({ builds: ['shared'] }),
      prisma: sharedPrisma,
    },
    {},
    { present: ['pnpm-workspace.yaml'] },
  ],
  ['alpine', {}, { alpine: true, cache: true, packages: { deploy: ['sqlite3', 'vim'] } }],
  [
    'distroless',
    { start: 'npm run start' },
    { distroless: true, link: true },
    { packageJson: { scripts: { start: 'node src/server.js' } }, present: ['package-lock.json'] },
  ],
  [
    'every-option',
    { build: 'npm run build' },
    {
      ...{
        cache: true,
        cmd: 'node server.js',
        entrypoint: 'nice -n 5',
        ignoreScripts: true,
        legacyPeerDeps: true,
        link: true,
      },
      ...{
        windows: true,
        port: 8080,
        secrets: ['TOKEN', 'KEY'],
        packages: { base: ['tini'], build: ['git'], deploy: ['vim'] },
      },
      envs: { base: { TZ: 'UTC' }, build: { CI: '1' }, deploy: { LOG: 'a "b" $C' } },
      args: { base: { A: '1' }, build: { B: '2' }, deploy: { C: '3' } },
      instructions: { base: 'base.lines', build: 'build.lines', deploy: 'deploy.lines' },
    },
    {
      instructions: {
        'base.lines': 'LABEL a=1\n',
        'build.lines': 'RUN true\n',
        'deploy.lines': 'LABEL b=2\n',
      },
    },
  ],
  ['no-database', { prisma: null }],
]

const lastOf = (text: string): Stage => {
  const stage = stagesOf(text).at(-1)
  if (!stage) throw new Error('there is no stage')
  return stage
}

describe.each(kinds)('the Dockerfile: %s', (...kind) => {
  const plan = planOf(kind)
  const text = dockerfile(plan)

  it('is this', async () => {
    await expect(text).toMatchFileSnapshot(`snapshots/${kind[0]}.Dockerfile`)
  })

  it('parses, copies only from stages that there are, and starts what the plan says', () => {
    const steps = stagesOf(text).flatMap((stage) => stage.steps.map((step) => ({ stage, step })))
    const keywords = new Set(steps.map(({ step }) => step.keyword))
    const known = ['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'LABEL', 'RUN', 'USER', 'WORKDIR']
    expect([...keywords].filter((keyword) => !known.includes(keyword))).toEqual([])
    const sources = steps.flatMap(({ step }) => (step.keyword === 'COPY' ? (step.flags.from ?? []) : []))
    expect(sources.filter((from) => from !== 'build' && !from.startsWith('litestream/'))).toEqual([])
    const start = lastOf(text).steps.find(({ keyword }) => keyword === 'CMD')
    expect(start?.exec).toEqual(plan.image.start)
  })

  it('has its start script where it starts it, with what that needs', () => {
    if (plan.startScript === null) return
    const last = allSteps(lastOf(text))
    const copied = last
      .filter(({ keyword }) => keyword === 'COPY')
      .map(({ text: words }) => words.split(' ').at(-1) ?? '')
    const isThere = (path: string) =>
      copied.some((folder) => path === folder || path.startsWith(`${folder}/`))
    const script = last
      .find(({ keyword }) => keyword === 'ENTRYPOINT')
      ?.exec?.find((word) => word.endsWith(plan.startScript?.file ?? '-'))
    const folder = plan.image.folder
    for (const path of [
      script ?? '-',
      `${folder}/litestream.yml`,
      `${folder}/package.json`,
      posix.join(folder, plan.database?.migrations.dir ?? '-'),
      posix.join(folder, plan.database?.schema[0] ?? '-'),
      '/app/node_modules/seaworthy',
    ])
      expect(isThere(path), path).toBe(true)
  })
})

describe('faults of others', () => {
  it('F10: Prisma’s CLI stays where the app has it as a dependency or calls it, and goes where it is for development', () => {
    const linesOf = (cli: { group: 'dependencies' | 'devDependencies'; calledBy: string | null }) =>
      dockerfile(planOf(['', { prisma: prisma({ cli }) }, {}, devDependencies]))
    expect(linesOf({ group: 'devDependencies', calledBy: null })).toMatch(/RUN npx seaworthy prune --drop/)
    expect(linesOf({ group: 'devDependencies', calledBy: 'package.json#scripts.start' })).toMatch(
      /prune --keep prisma --drop/,
    )
  })

  it.each([
    ['F11: Litestream of the image’s CPU', {}],
    ['F12: on Alpine as well', { alpine: true }],
    ['F12: and without a shell', { distroless: true, cmd: 'node x.js' }],
  ])('%s', (_, options) => {
    const text = dockerfile(planOf(['', {}, options], { litestream: '0.5.16' }))
    expect(text).toContain(
      '\nCOPY --from=litestream/litestream:0.5.16 /usr/local/bin/litestream /usr/local/bin/litestream\n',
    )
    expect(text).not.toMatch(/dpkg|\.deb|wget|curl/)
  })

  it('F18: Next.js standalone comes with start script, migrations and seed', () => {
    const kind = kinds.find(([name]) => name === 'next-standalone') ?? ['', {}]
    const copies = planOf(kind).image.copies.map(({ to }) => to)
    expect(copies).toEqual([
      '/app',
      '/app/.next/static',
      '/app/node_modules',
      '/app/package.json',
      '/app/public',
      ...['/app/prisma/schema.prisma', '/app/prisma/migrations', '/app/prisma/seed.ts', '/app/src/db.ts'],
      '/app/tsconfig.json',
      '/app/docker-entrypoint.js',
      '/app/litestream.yml',
    ])
  })

  it('F19: in Nuxt’s output the app opens the file that the start script keeps', () => {
    const text = dockerfile(planOf(['', { framework: nuxt }]))
    expect(text).toContain('ln -sf ../../../prisma/dev.db .output/server/prisma/dev.db')
  })

  it('F23: of a workspace every package.json is copied before installing, and only what the app needs comes into the image', () => {
    const kind = kinds.find(([name]) => name === 'workspace') ?? ['', {}]
    const { image } = planOf(kind)
    expect(image.installFiles).toEqual(
      expect.arrayContaining([
        'package.json',
        'pnpm-lock.yaml',
        'pnpm-workspace.yaml',
        'logbook/package.json',
        'shared/package.json',
        'logbook/prisma/',
      ]),
    )
    expect(image.copies.map(({ to }) => to)).toEqual([
      '/app/package.json',
      '/app/node_modules',
      '/app/shared',
      '/app/logbook',
    ])
    const ignore = generate(planOf(kind)).find(({ path }) => path === 'Dockerfile.dockerignore')
    expect(ignore?.contents).toContain('\nlogbook/prisma/dev.db-wal\n')
  })

  it('F24: the Node version that was found', () => {
    expect(dockerfile(planOf(['', { runtime: { name: 'node', version: '20' } }]))).toContain(
      'ARG NODE_VERSION=20\n',
    )
  })

  it('F25: the pnpm that was found', () => {
    const packageManager = { name: 'pnpm', version: '8.15.0' } as const
    expect(dockerfile(planOf(['', { packageManager }]))).toContain('ARG PNPM_VERSION=8.15.0\n')
  })
})

describe('the image', () => {
  it.each<[string, Case, RegExp]>([
    ['runs as nobody special', ['', {}], /COPY --from=build --chown=node:node \/app \/app/],
    [
      'takes numbers where names are not known',
      ['', {}, { link: true }],
      /COPY --link --from=build --chown=1000:1000 \/app \/app/,
    ],
    ['runs as root where the port wants it', ['', { port: 80 }], /COPY --from=build \/app \/app/],
    ['without a start script, has its user itself', ['', { prisma: null }], /\nUSER node\n/],
    ['keeps everything with --dev', ['', {}, { dev: true }], /prisma generate\n\n# The image/],
    [
      'keeps everything where the seed does not show what it needs',
      ['', { prisma: prisma({ seedNeeds: null }) }],
      /prisma generate\n\n# The image/,
    ],
    [
      'builds when it starts',
      ['', { build: 'npm run build' }, { deferBuild: true }],
      /CMD \["sh","-c","npm run build && exec npm run start"\]/,
    ],
    [
      'keeps the words of --cmd',
      ['', {}, { cmd: 'node x.js "a b"' }],
      /CMD \["sh","-c","node x.js \\"a b\\""\]/,
    ],
    [
      'puts --entrypoint behind the start script',
      ['', {}, { entrypoint: 'nice -n 5' }],
      /ENTRYPOINT \["\/app\/docker-entrypoint.js","nice","-n","5"\]/,
    ],
    [
      'builds with Bun',
      ['', { build: 'npm run build' }, { bun: true }],
      /FROM oven\/bun:\$\{BUN_VERSION\}-slim[\s\S]*RUN bun install\b[\s\S]*RUN bun run build[\s\S]*bunx seaworthy prune/,
    ],
    [
      'mounts secrets for the build alone',
      ['', { build: 'npm run build' }, { secrets: ['T'] }],
      /RUN --mount=type=secret,id=T \\\n {4}export T="\$\(cat \/run\/secrets\/T\)" && \\\n {4}npm run build/,
    ],
    [
      'installs what nothing locks',
      ['', {}, {}, { packageJson: {} }],
      /COPY package.json \.\/\n[\s\S]*RUN npm install --include=dev/,
    ],
    [
      'builds a workspace with Turborepo',
      ['', { workspace: workspace({ tool: 'turbo' }), build: 'npm run build' }],
      /RUN npx turbo run build --filter=logbook/,
    ],
    [
      'keeps what the start needs of the development dependencies',
      [
        '',
        { start: 'npm run start' },
        {},
        {
          packageJson: { scripts: { start: 'cross-env A=1 node x' }, devDependencies: { 'cross-env': '7' } },
        },
      ],
      /prune --keep cross-env --drop/,
    ],
    [
      'keeps its own SQLite for Node 20',
      ['', { runtime: { name: 'node', version: '20' } }],
      /prune --drop @flydotio\/litestream\n/,
    ],
  ])('%s', (_, kind, expected) => {
    expect(dockerfile(planOf(kind))).toMatch(expected)
  })

  it.each([
    ['slim', {}, 'node:22-slim'],
    ['alpine', { alpine: true }, 'node:22-alpine'],
    ['distroless', { distroless: true, cmd: 'node x.js' }, 'gcr.io/distroless/nodejs22-debian12'],
  ])('is built on %s', (_, options, image) => {
    expect(baseImage(lastOf(dockerfile(planOf(['', {}, options]))))).toBe(image)
  })
})
