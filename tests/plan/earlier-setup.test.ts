import { describe, expect, it } from 'vitest'
import { planOf, readProject } from '../../src/commands/project.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { fakeContext } from '../support/context.ts'
import {
  epicStack,
  flyLaunch,
  flyLaunchBesideDockerfile,
  flyLaunchWithVariable,
  indieStack,
} from '../support/earlier-setups.ts'
import { type ProjectFiles, project } from '../support/project.ts'

const planned = (files: ProjectFiles, options: PlanOptions = {}) => {
  const root = project(files)
  return planOf(readProject(root, fakeContext(root)), options)
}

const found = (files: ProjectFiles): string[] =>
  planned(files)
    .findings.map(({ code }) => code)
    .filter((code) => code.startsWith('SW-EARLIER'))

describe('an app that was launched before', () => {
  it.each<[string, ProjectFiles, object, string[]]>([
    [
      'by fly launch',
      flyLaunch,
      {
        image: { isOwnDockerfile: false, start: ['npm', 'run', 'start'] },
        database: { name: 'dev.db', path: '/data/dev.db', url: null },
        backup: { path: 'litestream/dev.db' },
        startScript: { kind: 'entrypoint', file: 'docker-entrypoint.js' },
        takesOver: [
          { path: 'Dockerfile', isKept: true },
          { path: 'docker-entrypoint.js', isKept: false },
          { path: 'litestream.yml', isKept: false },
        ],
      },
      ['SW-EARLIER-FLY-LAUNCH'],
    ],
    [
      'by fly launch, with a variable that its Dockerfile sets',
      flyLaunchWithVariable,
      {
        database: { name: 'sqlite.db', path: '/data/sqlite.db', url: 'file:/data/sqlite.db' },
        backup: { path: 'litestream/sqlite.db' },
      },
      ['SW-EARLIER-FLY-LAUNCH'],
    ],
    [
      "by fly launch, beside a Dockerfile of the user's own",
      flyLaunchBesideDockerfile,
      {
        image: { isOwnDockerfile: true, start: ['npm', 'run', 'start'] },
        database: { path: '/data/dev.db', url: null },
        startScript: { kind: 'dbsetup', file: 'dbsetup.js' },
        takesOver: [
          { path: 'dbsetup.js', isKept: false },
          { path: 'litestream.yml', isKept: false },
        ],
      },
      ['SW-EARLIER-FLY-LAUNCH', 'SW-EARLIER-OFF-VOLUME'],
    ],
    [
      'with LiteFS',
      epicStack,
      {
        image: { isOwnDockerfile: true, start: ['npm', 'start'], port: 8080 },
        database: { name: 'sqlite.db', path: '/data/sqlite.db', url: null },
        takesOver: [],
      },
      ['SW-EARLIER-LITEFS'],
    ],
    [
      'on a bare volume',
      indieStack,
      {
        image: { isOwnDockerfile: true, start: ['./start.sh'] },
        database: { name: 'sqlite.db', path: '/data/sqlite.db', url: null },
        backup: { path: 'litestream/sqlite.db' },
      },
      ['SW-EARLIER-VOLUME'],
    ],
  ])('%s', (_, files, plan, codes) => {
    expect(planned(files)).toMatchObject(plan)
    expect(found(files)).toEqual(codes)
  })

  it('goes on with what LiteFS does before the app, but for migrations and the journal', () => {
    const yml = `exec:
  - cmd: npx prisma migrate deploy
  - cmd: sqlite3 $DATABASE_PATH "PRAGMA journal_mode = WAL;"
  - cmd: npx prisma generate --sql
  - cmd: npm start
`
    expect(planned({ ...epicStack, 'other/litefs.yml': yml }).image.start).toEqual([
      'sh',
      '-c',
      'npx prisma generate --sql && exec npm start',
    ])
  })

  it('keeps the path that its litestream.yml names', () => {
    const yml = String(flyLaunch['litestream.yml']).replace('litestream/dev.db', 'backups/logbook')
    expect(planned({ ...flyLaunch, 'litestream.yml': yml }).backup?.path).toBe('backups/logbook')
  })

  it('keeps a copy of a start script that was edited', () => {
    const text = `${flyLaunch['docker-entrypoint.js']}\nconsole.log('mine')\n`
    expect(planned({ ...flyLaunch, 'docker-entrypoint.js': text }).takesOver).toContainEqual({
      path: 'docker-entrypoint.js',
      isKept: true,
    })
  })

  it('takes nothing over where the start script is no such one', () => {
    const plan = planned({ ...flyLaunch, 'docker-entrypoint.js': "console.log('mine')\n" })
    expect(plan).toMatchObject({ takesOver: [], image: { isOwnDockerfile: true } })
  })

  it('finds its data on the volume where the schema lies beside the link', () => {
    const { 'prisma/schema.prisma': schema = '', ...files } = flyLaunchBesideDockerfile
    expect(found({ ...files, 'schema.prisma': schema })).toEqual(['SW-EARLIER-FLY-LAUNCH'])
  })
})
