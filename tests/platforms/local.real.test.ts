import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { LocalStatus } from '../../src/platforms/local/status.ts'
import { type ExampleApp, exampleApp, noSecrets } from '../support/example-app.ts'
import { freePort, listenSomewhere } from '../support/free-port.ts'

describe('a machine on this computer', () => {
  let app: ExampleApp
  let url = ''

  beforeAll(async () => {
    app = await exampleApp('logbook-prisma6')
    writeFileSync(join(app.root, 'prisma', 'dev.db'), "the developer's own")
  })
  afterAll(() => app.remove())

  const local = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await app.seaworthy(['local', ...words], noSecrets)
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
  }
  const statusOf = async (...words: string[]): Promise<LocalStatus> =>
    JSON.parse(await local(...words, '--json'))
  const inApp = (...names: string[]) => join(app.root, '.seaworthy', 'local', ...names)
  const rows = async () => (await fetch(`${url}/api/entries`)).json() as Promise<unknown[]>

  it('has an address, which is told', async () => {
    const port = await freePort()
    const status = await statusOf('deploy', '--port', String(port))
    expect(status).toEqual({
      version: 1,
      url: `http://127.0.0.1:${port}`,
      machine: { state: 'started', pid: expect.any(Number), startedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      volume: { path: inApp('volume'), exists: true },
      bucket: { kind: 'folder', location: inApp('bucket') },
      litestream: { version: expect.stringMatching(/^0\.[35]\./), path: expect.any(String) },
      backup: expect.objectContaining({ version: 1 }),
    })
    expect(await statusOf('status')).toEqual({ ...status, backup: expect.objectContaining({ version: 1 }) })
    url = status.url ?? ''
    expect(await rows()).toHaveLength(4)
  })

  it("leaves the developer's files as they were", () => {
    expect(readFileSync(join(app.root, 'prisma', 'dev.db'), 'utf8')).toBe("the developer's own")
    expect(existsSync(join(app.root, 'dist'))).toBe(false)
    expect(readFileSync(inApp('.gitignore'), 'utf8')).toBe('*\n')
  })

  it('gives way to the next one, with its release; stopped it has no process', async () => {
    const { machine } = await statusOf('status')
    expect((await statusOf('deploy')).machine?.pid).not.toBe(machine?.pid)
    expect(readdirSync(inApp('releases'))).toEqual(['2'])
    expect(await statusOf('stop')).toMatchObject({ url: null, machine: { state: 'stopped', pid: null } })
    expect(await local('logs')).toContain('confirmed: the backup holds every write')
    expect(await statusOf('start')).toMatchObject({ url, machine: { state: 'started' } })
  })

  const fault = async (words: string[], env = {}): Promise<string> => {
    const { code, stderr } = await app.seaworthy(['local', ...words], { ...noSecrets, ...env })
    return `${code} ${/\[(SW-[A-Z0-9-]+)\]/.exec(stderr)?.[1] ?? stderr}`
  }

  it.each([
    ['a Litestream that is none', ['deploy'], { SEAWORTHY_LITESTREAM: '/nope' }, '1 SW-LITESTREAM-MISSING'],
    ['some of the five secrets', ['deploy'], { BUCKET_NAME: 'x' }, '1 SW-BUCKET-SECRETS'],
    ['a port that is none', ['deploy', '--port', 'x'], {}, /^2 .*65535/],
    ['an unknown part', ['destroy', 'everything', '--yes'], {}, /^2 .*machine, volume, bucket/],
    ['no confirmation', ['destroy', 'machine'], {}, '1 SW-CONFIRM'],
    ['a volume in use', ['destroy', 'volume', '--yes'], {}, '1 SW-LOCAL-RUNNING'],
    ['a bucket in use', ['destroy', 'bucket', '--yes'], {}, '1 SW-LOCAL-RUNNING'],
  ])('says %s, and the machine goes on', async (_, words, env, expected) => {
    expect(await fault(words, env)).toMatch(expected)
    expect(await rows()).toHaveLength(4)
  })

  it('says who has the port', async () => {
    const { port, close } = await listenSomewhere()
    expect(await fault(['deploy', '--port', String(port)])).toBe('1 SW-PORT-IN-USE')
    await close()
    expect(await rows()).toHaveLength(4)
  })

  it('says that the build failed, and the machine goes on', async () => {
    const schema = join(app.root, 'prisma', 'schema.prisma')
    const text = readFileSync(schema, 'utf8')
    writeFileSync(schema, `${text}\nmodel Broken {\n  id Sail @id\n}\n`)
    expect(await fault(['deploy'])).toBe('1 SW-BUILD-FAILED')
    writeFileSync(schema, text)
    expect(await rows()).toHaveLength(4)
    expect(readdirSync(join(app.root, '.seaworthy/local/releases'))).toEqual(['2'])
  })

  it("says what the start script says, with the start script's exit code", async () => {
    expect(await fault(['deploy'], { SEAWORTHY_STOP_TIMEOUT: 'soon' })).toBe('1 SW-ENV')
  })

  it('says that Litestream is another than in the image', async () => {
    const { litestream }: LocalStatus = JSON.parse(
      (await app.seaworthy(['local', 'status', '--json'])).stdout,
    )
    const here = litestream?.version ?? ''
    const warned = `Warning: here Litestream ${here} is used`
    for (const planned of ['0.5.16', '0.3.13']) {
      expect((await app.seaworthy(['launch', '--yes', '--litestream', planned])).code).toBe(0)
      const { code, stderr } = await app.seaworthy(['local', 'deploy'], noSecrets)
      expect({ code, isWarned: stderr.includes(warned) }).toEqual({ code: 0, isWarned: planned !== here })
    }
  })

  it('makes no empty bucket in place of one that is gone', async () => {
    await app.seaworthy(['local', 'destroy', 'machine', '--yes'])
    rmSync(join(app.root, '.seaworthy/local/volume'), { recursive: true })
    rmSync(join(app.root, '.seaworthy/local/bucket'), { recursive: true })
    expect(await fault(['deploy'])).toBe('1 SW-LOCAL-BUCKET-GONE')
    expect(existsSync(join(app.root, '.seaworthy/local/bucket'))).toBe(false)
    expect((await app.seaworthy(['local', 'destroy', 'bucket', '--yes'])).code).toBe(0)
    expect((await app.seaworthy(['local', 'deploy'], noSecrets)).code).toBe(0)
    expect(await rows()).toHaveLength(4)
  })
})

it('needs neither Litestream nor a bucket for an app launched with --no-backup', async () => {
  const app = await exampleApp('logbook-prisma6')
  onTestFinished(() => app.remove())
  const env = { ...noSecrets, BUCKET_NAME: 'x', SEAWORTHY_LITESTREAM: '/nope' }
  expect((await app.seaworthy(['launch', '--yes', '--no-backup'])).code).toBe(0)
  const port = String(await freePort())
  const { code, stderr } = await app.seaworthy(['local', 'deploy', '--port', port], env)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect((await fetch(`http://127.0.0.1:${port}/api/entries`)).status).toBe(200)
  expect(existsSync(join(app.root, '.seaworthy/local/bucket'))).toBe(false)
})
