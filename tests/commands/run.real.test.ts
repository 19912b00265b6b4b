import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketSecrets } from '../../src/bucket/bucket.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { type ExampleApp, exampleApp } from '../support/example-app.ts'

const noSecrets = Object.fromEntries(bucketSecrets.map((name) => [name, undefined]))

// What the run-time does without a start script, in an app whose client is generated.
describe('seaworthy run', () => {
  let app: ExampleApp

  beforeAll(async () => {
    app = await exampleApp('logbook-prisma6')
    rmSync(join(app.root, 'docker-entrypoint.js'))
  })
  afterAll(() => app.remove())

  const run = async (volume: string, ...words: string[]) => {
    const folder = join(app.root, volume)
    mkdirSync(folder, { recursive: true })
    const env = {
      ...noSecrets,
      SEAWORTHY_VOLUME: folder,
      SEAWORTHY_LOG: 'json',
      PRISMA_SCHEMA_ENGINE_BINARY: undefined,
    }
    const result = await app.seaworthy(['run', ...words], env)
    const steps = result.stderr
      .split('\n')
      .filter((line) => line.startsWith('{"time":'))
      .map((line) => JSON.parse(line))
      .map(({ step, outcome }) => `${step} ${outcome}`)
    return { ...result, steps, database: join(folder, 'dev.db') }
  }
  const tables = (file: string): string[] =>
    withSqlite(file, { readOnly: true }, (database) =>
      database
        .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .map(({ name }) => name),
    )

  it('determines everything from the source, and ends as the command does', async () => {
    const { code, stdout, steps, database } = await run(
      'a',
      '--no-seed',
      '--',
      'node',
      '-e',
      'console.log("a  b"); process.exit(3)',
    )
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'a  b\n' })
    expect(steps).toEqual([
      'link linked',
      'restore created',
      'migrate migrated',
      'seed no-seed',
      'replicate not-backed-up',
      'launch launched',
    ])
    expect(tables(database)).toEqual(expect.arrayContaining(['Vessel', 'Entry', '_prisma_migrations']))
  })

  it('takes the options before the source', async () => {
    const seed = "node -e fs.writeFileSync('seeded','yes')"
    const { code, steps } = await run(
      'b',
      '--file',
      'prisma/dev.db',
      '--volume',
      '/data',
      '--migrations',
      'prisma/migrations',
      '--seed',
      seed,
      '--',
      'true',
    )
    expect({ code, steps: steps.slice(2, 4) }).toEqual({
      code: 0,
      steps: ['migrate migrated', 'seed seeded'],
    })
    expect(readFileSync(join(app.root, 'seeded'), 'utf8')).toBe('yes')
  })

  it('says what it needs', async () => {
    expect(await run('c')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("missing required argument 'command'"),
    })
  })
})
