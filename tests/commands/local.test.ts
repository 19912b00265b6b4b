import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { localPaths } from '../../src/platforms/local/paths.ts'
import { takeFileLock } from '../../src/sqlite/file-lock.ts'
import { fakeContext } from '../support/context.ts'
import { type ProjectFiles, project } from '../support/project.ts'

const schema = `
  datasource db {
    provider = "sqlite"
    url      = "file:./dev.db"
  }
`
const app: ProjectFiles = {
  'package.json': {
    name: 'app',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { prisma: '6.19.3' },
  },
  'prisma/schema.prisma': schema,
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE a (b);',
}
const launched = { ...app, 'docker-entrypoint.js': '' }
const installed = { ...launched, 'node_modules/seaworthy/package.json': { name: 'seaworthy' } }

it.each([
  ['no package.json', {}, ['deploy'], 'SW-'],
  ['not launched', app, ['deploy'], 'SW-LOCAL-NOT-LAUNCHED'],
  ['not installed', launched, ['deploy'], 'SW-LOCAL-NOT-INSTALLED'],
  [
    'an absolute url in the schema',
    { ...installed, 'prisma/schema.prisma': schema.replace('file:./dev.db', 'file:/data/app.db') },
    ['deploy'],
    'SW-LOCAL-ABSOLUTE',
  ],
  [
    'PostgreSQL, as the plan does',
    {
      ...app,
      'prisma/schema.prisma': schema.replace('sqlite', 'postgresql').replace('file:./dev.db', 'postgres://x'),
    },
    ['deploy'],
    'SW-PROVIDER-NOT-SQLITE',
  ],
  [
    'no Prisma, as the plan does',
    { 'package.json': { scripts: { start: 'node x' } } },
    ['deploy'],
    'SW-PRISMA-NONE',
  ],
  ['nothing to start', installed, ['start'], 'SW-LOCAL-NO-MACHINE'],
  ['nothing ever started', installed, ['logs'], 'SW-LOCAL-NO-MACHINE'],
  [
    'a record of another version',
    { ...installed, '.seaworthy/local/machine.json': { version: 2 } },
    ['status'],
    'SW-LOCAL-RECORD',
  ],
  [
    'a record that is torn',
    { ...installed, '.seaworthy/local/machine.json': '{"version":' },
    ['stop'],
    'SW-LOCAL-RECORD',
  ],
  ['nobody to ask', installed, ['destroy', 'volume'], 'SW-CONFIRM'],
])('says: %s', async (_, files, words, code) => {
  const ctx = fakeContext(project(files))
  expect(await main(['local', ...words], ctx)).toBe(1)
  expect(ctx.stderr.join('\n')).toContain(`[${code}`)
  expect(ctx.stderr.join('\n')).toContain('Next: ')
})

it('tells of a machine whose processes are gone that it has failed', async () => {
  const record = {
    version: 1,
    state: 'started',
    port: 3000,
    supervisor: { pid: process.pid, began: 'another time' },
    startScript: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    bucket: { kind: 's3', location: 's3://backups at somewhere' },
  }
  const ctx = fakeContext(project({ '.seaworthy/local/machine.json': record }))
  expect(await main(['local', 'status', '--json'], ctx)).toBe(0)
  expect(JSON.parse(ctx.stdout.join(''))).toMatchObject({
    url: null,
    machine: { state: 'failed', pid: null, startedAt: record.startedAt },
    bucket: record.bucket,
  })
  expect(await main(['local', 'destroy', 'bucket', '--yes'], ctx)).toBe(1)
  expect(ctx.stderr.join('\n')).toContain('[SW-LOCAL-BUCKET-S3]')
})

it.each([['stop'], ['destroy machine --yes'], ['destroy bucket --yes'], ['deploy'], ['start']])(
  '%s waits for nobody: another deployment is under way',
  async (words) => {
    const root = project({ ...installed, '.seaworthy/local/bucket/x': '' })
    const paths = localPaths(root)
    const lock = await takeFileLock(paths.lock, 0)
    const ctx = fakeContext(root)
    expect(await main(['local', ...words.split(' ')], ctx)).toBe(1)
    expect(ctx.stderr.join('\n')).toContain('[SW-LOCAL-BUSY]')
    expect(existsSync(paths.bucket)).toBe(true)
    lock?.release()
    expect(await main(['local', 'destroy', 'bucket', '--yes'], ctx)).toBe(0)
    expect(existsSync(paths.bucket)).toBe(false)
  },
)

it('shows the status in a table', async () => {
  const ctx = fakeContext(project({}), { env: { SEAWORTHY_LITESTREAM: '/nope', BUCKET_NAME: 'x' } })
  expect(await main(['local', 'status'], ctx)).toBe(0)
  expect(ctx.stdout.join('\n').split('\n')).toEqual([
    'Address:    -',
    'Machine:    none',
    'Volume:     none',
    `Bucket:     ${ctx.cwd}/.seaworthy/local/bucket`,
    'Backup:     none',
    'Litestream: not found',
  ])
})

it.each([
  [
    { state: 'backed-up', confirmed: { position: 'p', time: 't' }, lag: 0, reason: null },
    'backed up, to p, t',
  ],
  [{ state: 'behind', confirmed: null, lag: 3, reason: null }, 'behind, 3 s behind'],
  [
    { state: 'not-backed-up', confirmed: null, lag: 8, reason: 'refused' },
    'not backed up, 8 s behind, refused',
  ],
])('shows how the backup stands: %j', async (status, text) => {
  const files = { '.seaworthy/local/volume/.seaworthy/status.json': { version: 1, ...status } }
  const ctx = fakeContext(project(files), { env: { SEAWORTHY_LITESTREAM: '/nope' } })
  expect(await main(['local', 'status'], ctx)).toBe(0)
  expect(ctx.stdout.join('\n')).toContain(`Backup:     ${text}\n`)
})
