import { describe, expect, it } from 'vitest'
import { dockerignore } from '../../src/generate/dockerignore.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { ProjectFiles } from '../../src/plan/project-files.ts'
import type { AppProfile, Finding } from '../../src/scan/profile.ts'
import { database, prisma, profile, workspace } from '../support/profile.ts'

const files = (changes: Partial<ProjectFiles>): ProjectFiles => ({
  ...{ dockerfile: null, flyToml: null, packageJson: null, present: [] },
  ...changes,
})

const planOf = (changes: Partial<AppProfile> = {}, options: PlanOptions = {}) =>
  buildPlan(profile(changes), options)

it('is plain JSON', () => {
  const plan = planOf()
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
})

describe('the app', () => {
  it.each([
    ['@acme/My App', 'my-app'],
    ['logbook', 'logbook'],
    ['---', 'app'],
  ])('%j is called %j', (name, expected) => {
    expect(planOf({ name }).app.name).toBe(expected)
  })

  it('takes name, region, port, memory and volume of an existing fly.toml', () => {
    const flyToml = `app = 'old'\nprimary_region = 'ams'\n[http_service]\ninternal_port = 8080\n[[vm]]\nmemory = '2gb'
      [mounts]\nsource = 'disk'\ndestination = '/disk'\n`
    const plan = planOf({}, { files: files({ flyToml }) })
    expect(plan).toMatchObject({
      app: { name: 'old', region: 'ams' },
      image: { port: 8080 },
      machine: { memoryMb: 2048 },
      volume: { source: 'disk', destination: '/disk' },
      database: { path: '/disk/dev.db' },
    })
    expect(plan.sources).toMatchObject({
      'app.name': 'fly.toml',
      'image.port': 'fly.toml',
      volume: 'fly.toml',
    })
  })

  it('lets options win', () => {
    const options: PlanOptions = {
      name: 'new',
      region: 'fra',
      port: 80,
      memory: 512,
      files: files({ flyToml: "app = 'old'" }),
    }
    expect(planOf({}, options)).toMatchObject({
      app: { name: 'new', region: 'fra' },
      image: { port: 80 },
      machine: { memoryMb: 512 },
      sources: {
        'app.name': 'your choice',
        'app.region': 'your choice',
        'image.port': 'your choice',
        machine: 'your choice',
      },
    })
  })

  it.each<[string, PlanOptions, string]>([
    ['what was remembered', {}, 'your earlier choice'],
    ['fly.toml before that', { files: files({ flyToml: `app = 'new'` }) }, 'fly.toml'],
    ['what is asked for before all', { name: 'new', backup: true, litestream: '0.3.13' }, 'your choice'],
  ])('takes %s', (_, options, source) => {
    const remembered = { name: 'old', backup: false, litestream: '0.5.16' } as const
    const plan = planOf({}, { remembered, ...options })
    expect(plan.sources['app.name']).toBe(source)
    expect(plan.app.name).toBe(source === 'your earlier choice' ? 'old' : 'new')
    expect(plan.backup?.litestream).toBe(source === 'your choice' ? '0.3.13' : undefined)
  })

  it.each([
    ['file:x.tgz', '/home/me/logbook/x.tgz', 'x.tgz'],
    ['file:vendor/seaworthy', '/home/me/logbook/vendor/seaworthy', 'vendor/seaworthy/'],
    ['file:../x.tgz', '/home/me/x.tgz', null],
  ])('keeps the package that was installed as %s, and copies it before installing', (spec, path, copied) => {
    const packageJson = JSON.stringify({ dependencies: { seaworthy: spec } })
    const plan = planOf({}, { files: files({ packageJson }) })
    expect(plan.package).toBe(path)
    expect(plan.image.installFiles.find((file) => /x\.tgz|seaworthy/.test(file)) ?? null).toBe(copied)
  })

  it('refuses a fly.toml that is no TOML', () => {
    expect(() => planOf({}, { files: files({ flyToml: 'app = ' }) })).toThrow(
      expect.objectContaining({ code: 'SW-FLY-TOML-INVALID' }),
    )
  })
})

describe('the database', () => {
  it.each([
    ['prisma/dev.db', 'dev.db', '/data/dev.db', 'litestream/dev.db'],
    ['/data/sqlite.db', 'sqlite.db', '/data/sqlite.db', 'litestream/sqlite.db'],
    ['/data/sub/x.db', 'x.db', '/data/sub/x.db', 'litestream/x.db'],
    ['/srv/x.db', 'x.db', '/data/x.db', 'litestream/x.db'],
  ])('%s', (file, name, path, backup) => {
    const plan = planOf({ prisma: prisma({ databases: [database(file)] }) })
    expect(plan.database).toMatchObject({ file, name, path })
    expect(plan.backup?.path).toBe(backup)
  })

  it.each([
    ['no Prisma', { prisma: null }],
    ['another provider', { prisma: prisma({ provider: 'postgresql', databases: [] }) }],
  ])('with %s there is no volume, backup or start script', (_, changes) => {
    expect(planOf(changes)).toMatchObject({ database: null, volume: null, backup: null, startScript: null })
  })
})

describe('the start', () => {
  const dockerfile = 'FROM node\nCMD npm run start:prod'

  it('is dbsetup.js before the command of a Dockerfile of the user', () => {
    const plan = planOf({}, { files: files({ dockerfile }) })
    expect(plan.startScript).toEqual({
      kind: 'dbsetup',
      file: 'dbsetup.js',
      setup: { command: ['node', 'dbsetup.js'], entrypoint: null },
      group: 'app',
      otherGroups: [],
      isGroupGuessed: false,
    })
    expect(plan.image.start).toEqual(['npm', 'run', 'start:prod'])
  })

  it('keeps the process that fly.toml starts', () => {
    const flyToml =
      '[processes]\nweb = "node web.js"\njob = "node job.js"\n[http_service]\nprocesses = ["web"]'
    const plan = planOf({}, { files: files({ dockerfile, flyToml }) })
    expect(plan.startScript?.group).toBe('web')
    expect(plan.image.start).toEqual(['node', 'web.js'])
  })

  it.each([
    ['app', 'worker = "node w"\nweb = "node s"\napp = "node a"', 'app'],
    ['web', 'worker = "node w"\nweb = "node s"', 'web'],
    ['server', 'worker = "node w"\nserver = "node s"', 'server'],
    ['the command of the Dockerfile', 'worker = "node w"\nsite = "npm run  start:prod"', 'site'],
    ['the start script', 'worker = "node w"\nsite = "npm run start"', 'site'],
    ['the only one', 'worker = "node w"', 'worker'],
    ['the one with dbsetup', 'web = "node s"\nmain = "node dbsetup.js node m"', 'main'],
    [
      'the one that is served',
      'web = "node s"\nmain = "node m"\n[http_service]\nprocesses = ["main"]',
      'main',
    ],
    [
      'web of those that are served',
      'app = "node a"\napi = "node p"\nweb = "node s"\n[http_service]\nprocesses = ["api", "web"]',
      'web',
    ],
    ['the first, when nothing tells', 'red = "node r"\nblue = "node b"', 'red'],
  ])('of several processes is %s', (_, processes, group) => {
    const plan = planOf({}, { files: files({ dockerfile, flyToml: `[processes]\n${processes}\n` }) })
    expect(plan.startScript?.group).toBe(group)
    expect(plan.startScript?.isGroupGuessed).toBe(group === 'red')
  })

  it('does not wrap itself', () => {
    const flyToml = '[processes]\napp = "node dbsetup.js npm run start:prod"'
    expect(planOf({}, { files: files({ dockerfile, flyToml }) }).image.start).toEqual([
      'npm',
      'run',
      'start:prod',
    ])
  })
})

describe('the image', () => {
  it.each([
    ['nothing does', {}, ['npx', 'prisma', 'generate']],
    ['the build does', { build: 'prisma generate && vite build' }, null],
    ['postinstall does', { postinstall: 'prisma generate' }, null],
    ['a script does that nobody runs', { db: 'prisma generate' }, ['npx', 'prisma', 'generate']],
  ])('generates the client where %s', (_, scripts, generate) => {
    expect(planOf({}, { files: files({ packageJson: JSON.stringify({ scripts }) }) }).image.generate).toEqual(
      generate,
    )
  })

  const generator = (provider: string, output: string | null) => ({
    prisma: prisma({ generators: [{ provider, output, binaryTargets: [], engineType: null }] }),
  })

  it.each<[string, Partial<AppProfile>, PlanOptions, string[]]>([
    ['a client of its own folder', generator('prisma-client', 'src/generated'), {}, ['src/generated']],
    [
      'in a workspace',
      { ...generator('prisma-client-js', '../shared/client'), workspace: workspace() },
      {},
      ['shared/client'],
    ],
    ['a client in node_modules', generator('prisma-client-js', null), {}, []],
    ['another generator, beside code of the app', generator('zod', 'src/zod'), {}, []],
    [
      'a Dockerfile of the user, which may not generate it',
      generator('prisma-client', 'src/generated'),
      { files: { dockerfile: 'FROM node\nCMD x', flyToml: null, packageJson: null, present: [] } },
      [],
    ],
  ])('without what was generated on the laptop: %s', (_, changes, options, folders) => {
    const plan = planOf(changes, options)
    expect(plan.image.generated).toEqual(folders)
    expect(dockerignore(plan).split('\n')).toEqual(expect.arrayContaining(folders))
  })

  it.each([
    ['6.19.3', true, ['ca-certificates', 'openssl', 'tini']],
    ['^6.6.0', true, ['ca-certificates', 'openssl', 'tini']],
    ['7.1.0', true, ['ca-certificates', 'tini']],
    ['6.19.3', false, ['openssl', 'tini']],
    ['7.1.0', false, ['tini']],
  ])('of Prisma %s with backup %j has %j', (version, backup, packages) => {
    expect(planOf({ prisma: prisma({ version }) }, { backup }).image.packages.run).toEqual(packages)
  })
})

describe('findings', () => {
  const codesOf = (changes: Partial<AppProfile>, options?: PlanOptions): Finding['code'][] =>
    planOf(changes, options).findings.map(({ code }) => code)

  it('are none for an app that is ready', () => {
    expect(codesOf({})).toEqual([])
  })

  it.each<[Finding['code'], Partial<AppProfile>, PlanOptions?]>([
    ['SW-PRISMA-NONE', { prisma: null }],
    ['SW-PROVIDER-NOT-SQLITE', { prisma: prisma({ provider: 'mysql', databases: [] }) }],
    ['SW-START-NONE', { start: null }],
    ['SW-DATABASES-SEVERAL', { prisma: prisma({ databases: [database('a.db'), database('b.db')] }) }],
    ['SW-MIGRATIONS-NONE', { prisma: prisma({ migrations: { dir: 'prisma/migrations', count: 0 } }) }],
    ['SW-WORKSPACE-MEMBER', { workspace: workspace() }],
    [
      'SW-LITESTREAM-NPM',
      {},
      { litestream: '0.5.16', files: files({ dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\nCMD ["x"]' }) },
    ],
    ['SW-PACKAGE-OUTSIDE', {}, { package: '/tmp/seaworthy.tgz' }],
    [
      'SW-PROCESS-NO-VOLUME',
      {},
      { files: files({ flyToml: '[processes]\nworker = "node w"\nweb = "node s"' }) },
    ],
  ])('%s', (code, changes, options) => {
    expect(codesOf(changes, options)).toEqual([code])
  })

  it('say which process was taken when nothing tells, and how to choose', () => {
    const flyToml = '[processes]\nred = "node r"\nblue = "node b"'
    const [guessed, noVolume] = planOf({}, { files: files({ flyToml }) }).findings
    expect(guessed).toMatchObject({
      level: 'warning',
      code: 'SW-PROCESS-GUESSED',
      what: expect.stringContaining('red was taken, not blue'),
      next: expect.stringContaining('processes = ["blue"]'),
    })
    expect(noVolume?.code).toBe('SW-PROCESS-NO-VOLUME')
  })

  it('begin with those of the scan', () => {
    const finding: Finding = { level: 'warning', code: 'SW-CONFIG-UNSETTLED', what: 'x', next: 'y' }
    expect(planOf({ findings: [finding] }).findings).toEqual([finding])
  })
})
