import type { AppProfile, FrameworkProfile, PrismaProfile, WorkspaceProfile } from '../../src/scan/profile.ts'

/** An Express app with Prisma 6 and SQLite, but for what is given. */
export const profile = (changes: Partial<AppProfile> = {}): AppProfile => ({
  version: 1,
  root: '/home/me/logbook',
  name: 'logbook',
  moduleType: 'module',
  packageManager: { name: 'npm', version: null },
  runtime: { name: 'node', version: '22' },
  framework: framework(),
  hosts: {},
  build: null,
  start: 'npm run start',
  port: 3000,
  workspace: null,
  variables: null,
  prisma: prisma(),
  earlier: null,
  backupPaths: {},
  existing: { dockerfile: false, flyToml: false, litestreamYml: false, dockerignore: false },
  findings: [],
  sources: {},
  ...changes,
})

export const prisma = (changes: Partial<PrismaProfile> = {}): PrismaProfile => ({
  version: '6.19.3',
  folder: '.',
  schema: ['prisma/schema.prisma'],
  config: null,
  provider: 'sqlite',
  databases: [{ file: 'prisma/dev.db', url: 'file:./dev.db', env: null, from: 'prisma/schema.prisma:8' }],
  migrations: { dir: 'prisma/migrations', count: 2 },
  seed: { command: 'node prisma/seed.js', from: 'package.json#prisma.seed' },
  seedNeeds: { files: ['prisma/seed.js'], packages: ['@prisma/client'] },
  generators: [{ provider: 'prisma-client-js', output: null, binaryTargets: [], engineType: null }],
  cli: { group: 'devDependencies', calledBy: null },
  ...changes,
})

export const framework = (changes: Partial<FrameworkProfile> = {}): FrameworkProfile => ({
  name: 'Express',
  version: '5.1.0',
  output: 'server',
  outputs: [],
  env: {},
  secrets: [],
  health: null,
  template: null,
  ...changes,
})

/** A workspace whose app needs one of its packages. */
export const workspace = (changes: Partial<WorkspaceProfile> = {}): WorkspaceProfile => ({
  root: '/home/me',
  app: 'logbook',
  name: 'logbook',
  tool: null,
  packages: ['logbook', 'shared'],
  needs: ['shared'],
  builds: [],
  ...changes,
})

/** A database as the scan reports it. */
export const database = (file: string, env: string | null = null): PrismaProfile['databases'][number] => ({
  file,
  url: `file:${file}`,
  env,
  from: 'prisma/schema.prisma:8',
})
