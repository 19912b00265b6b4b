import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'

const example = (name: string) =>
  scan(sourceTree(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))))

it('logbook: Express and Prisma 6', () => {
  expect(example('logbook-prisma6')).toMatchObject({
    name: 'logbook',
    moduleType: 'module',
    packageManager: { name: 'npm' },
    runtime: { name: 'node', version: '24' },
    framework: { name: 'Express', output: 'server', health: '/healthz', secrets: [] },
    build: 'npm run build',
    start: 'npm run start',
    port: 3000,
    workspace: null,
    prisma: {
      version: expect.stringMatching(/^6\./),
      provider: 'sqlite',
      databases: [{ file: 'prisma/dev.db', url: 'file:./dev.db', env: null }],
      migrations: { dir: 'prisma/migrations', count: 3 },
      seed: { command: 'node prisma/seed.js' },
      generators: [{ provider: 'prisma-client-js', output: null, binaryTargets: [], engineType: 'client' }],
      cli: { group: 'devDependencies', calledBy: null },
    },
    findings: [],
  })
})

it('notes: Hono and Prisma 7', () => {
  expect(example('notes-prisma7')).toMatchObject({
    name: 'notes',
    framework: { name: 'Hono', outputs: ['dist'], health: '/healthz' },
    prisma: {
      version: expect.stringMatching(/^7\./),
      schema: ['prisma/schema.prisma'],
      config: 'prisma.config.ts',
      databases: [{ file: 'dev.db', url: 'file:./dev.db', env: 'DATABASE_URL' }],
      migrations: { dir: 'prisma/migrations', count: 3 },
      seed: { command: 'tsx prisma/seed.ts', from: 'prisma.config.ts:8' },
    },
    findings: [],
  })
})
