import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { senderThrough } from '../support/caddy-client.ts'
import { type ComposeApp, composeApp } from '../support/compose-app.ts'
import { hasDockerEngine } from '../support/docker-engine.ts'
import type { LogLine } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'
import { type Send, startClient } from '../support/steady-client.ts'

/*
 * An app on a real Docker engine, each test on what the ones before it have left: first alone, then behind Caddy.
 */

describe.skipIf(!hasDockerEngine())('compose on a Docker engine', () => {
  let app: ComposeApp

  beforeAll(async () => {
    app = await composeApp()
  }, 180_000)

  afterAll(() => app?.remove(), 120_000)

  const deploy = async (...words: string[]): Promise<Deployed> => {
    const { code, stdout, stderr } = await app.seaworthy('deploy', '--json', ...words)
    if (code !== 0) throw new Error(`deploy ended with ${code}:\n${stderr}`)
    return JSON.parse(stdout)
  }
  const container = () => app.docker('compose', 'ps', '--all', '--quiet', 'app')
  const inspect = async (format: string, id: string) => app.docker('inspect', '--format', format, id)
  const outcomes = async (id: string) =>
    linesOf(await app.logs(id)).map(({ step, outcome }) => `${step} ${outcome}`)

  describe('alone', () => {
    const url = () => `http://127.0.0.1:${app.ports.app}/notes`
    const notes = async () => textsOf(await fetch(url()).then((answer) => answer.text()))
    const add = async (text: string) => {
      const headers = { 'content-type': 'application/json' }
      const { status } = await fetch(url(), { method: 'POST', headers, body: JSON.stringify({ text }) })
      expect(status).toBe(201)
    }

    it('is built, migrated, seeded, healthy and backed up when deploy says so', async () => {
      const { container: id, ...release } = await deploy()
      expect(release).toMatchObject({ isWithoutGap: false, backup: { state: 'backed-up' } })
      expect(await inspect('{{.State.Health.Status}}', id)).toBe('healthy')
      expect(await notes()).toEqual(['Welcome aboard'])
    })

    it('ends by docker stop within its time, with 0, and the last write is in the bucket', async () => {
      await add('right before the end')
      const id = await container()
      const began = Date.now()
      await app.docker('stop', id)
      const took = Date.now() - began
      console.log(`docker stop took ${took} ms`)
      expect(took).toBeLessThan(15_000)
      expect(await inspect('{{.State.ExitCode}} {{.State.OOMKilled}}', id)).toBe('0 false')
      expect((await outcomes(id)).at(-1)).toBe('stop confirmed')
    })

    it('is back with a new container and a new volume, and seeded no more', async () => {
      await app.docker('compose', 'rm', '--stop', '--force', 'app')
      await app.docker('volume', 'rm', `${app.name}_data`)
      const { container: id } = await deploy()
      expect(await outcomes(id)).toEqual(expect.arrayContaining(['restore restored', 'seed already-seeded']))
      expect(await notes()).toEqual(['Welcome aboard', 'right before the end'])
    })

    it('is started again when it is killed', async () => {
      await add('right before the kill')
      const id = await container()
      const pid = await inspect('{{.State.Pid}}', id)
      const onHost = ['--rm', '--pid', 'host', '--network', 'none', '--user', '0', '--entrypoint', 'sh']
      await app.docker('run', ...onHost, `${app.name}-app`, '-c', `kill -KILL ${pid}`)
      await waitUntil(async () => (await notes()).at(-1) === 'right before the kill', 30_000)
      expect(await inspect('{{.RestartCount}}', id)).toBe('1')
    })
  })

  it('one container follows another on their volume as Kamal starts and stops them', async () => {
    const mount = ['--network', 'none', '--volume', `${app.name}_kamal:/data`]
    const image = `${app.name}-app`
    onTestFinished(async () => void (await app.docker('volume', 'rm', `${app.name}_kamal`)))
    const mkdir = ['--user', '0', '--entrypoint', 'mkdir', image, '--mode', '777', '/data/bucket']
    await app.docker('run', '--rm', ...mount, ...mkdir)
    const env = [
      'PORT=3000',
      'SEAWORTHY_HANDOVER=1',
      'SEAWORTHY_BUCKET_DIR=/data/bucket',
      'SEAWORTHY_LOG=json',
    ]
    const variables = env.flatMap((line) => ['--env', line])
    const begin = async () => {
      const id = await app.docker('run', '--detach', '--init', ...mount, ...variables, image)
      onTestFinished(async () => void (await app.docker('rm', '--force', id)))
      const isUp = async () => (await notesIn(id)).length > 0
      await waitUntil(isUp, 30_000).catch(async () => expect.fail(await app.logs(id)))
      return id
    }
    const notesIn = async (id: string) => textsOf(await app.docker('exec', id, 'node', '-e', readNotes))
    const add = (id: string, text: string) =>
      app.docker('exec', '--env', `TEXT=${text}`, id, 'node', '-e', addNote)
    const old = await begin()
    const next = await begin()
    for (const id of [old, next]) await add(id, `by ${id}`)
    await app.docker('stop', '--time', '40', old)
    expect(await inspect('{{.State.ExitCode}}', old)).toBe('0')
    await add(next, 'alone')
    expect(await notesIn(next)).toEqual(['Welcome aboard', `by ${old}`, `by ${next}`, 'alone'])
    expect(await outcomes(next)).toEqual(
      expect.arrayContaining(['link beside', 'handover took-over', 'replicate replicating']),
    )
    await app.docker('stop', '--time', '40', next)
    expect((await outcomes(next)).at(-1)).toBe('stop confirmed')
  })

  describe('behind Caddy', () => {
    let send: Send

    beforeAll(async () => {
      await app.docker('tag', `${app.name}-app`, `${app.name}-app:first`)
      await app.launch('--domain', 'localhost')
      expect(await deploy()).toMatchObject({ isWithoutGap: false })
      send = await senderThrough(app)
    }, 180_000)

    /** A release is what the one before it is, with these lines: it is built in a second. */
    const change = (...lines: string[]) => {
      const file = join(app.root, 'Dockerfile')
      const [ours] = readFileSync(file, 'utf8').split('\n', 1)
      writeFileSync(file, [ours, `FROM ${app.name}-app:first`, ...lines, ''].join('\n'))
    }

    /** Deploys while a client sends requests, and gives what it has seen. */
    const redeploy = async (what: string, ...words: string[]) => {
      const stop = startClient(send)
      await sleep(1_000)
      const outcome = await app.seaworthy('deploy', '--json', ...words)
      await sleep(1_000)
      const seen = await stop()
      console.log(`${what}: ${seen.failed.length} of ${seen.requests} failed; in ms: ${figures(seen.times)}`)
      return { ...seen, ...outcome }
    }

    it.each([
      ['nothing new', null, true],
      ['a migration that only adds', 'ALTER TABLE "Note" ADD COLUMN "place" TEXT', true],
      ['a migration that changes rows', 'UPDATE "Note" SET "author" = \'nobody\'', false],
    ])('a release with %s follows the last one, and no request fails', async (what, script, isWithoutGap) => {
      if (script !== null) addMigration(app.root, script)
      change(withMigrations, `LABEL what="${what}"`)
      const last = await container()
      const { code, stdout, stderr, failed, acknowledged } = await redeploy(what)
      expect({ code, failed }, stderr).toEqual({ code: 0, failed: [] })
      const { container: id, ...release }: Deployed = JSON.parse(stdout)
      expect(release).toMatchObject({ isWithoutGap, backup: { state: 'backed-up' } })
      expect(id).not.toBe(last)
      expect(await container()).toBe(id)
      const rows = textsOf(await app.docker('exec', id, 'node', '-e', readNotes))
      expect(rows).toEqual(expect.arrayContaining(acknowledged))
    })

    it.each([
      ['does not answer', null, 'CMD ["sleep", "600"]'],
      ['has a migration that fails', 'ALTER TABLE "None" ADD COLUMN "x" TEXT', withMigrations],
    ])('a release that %s leaves the last one serving', async (what, script, line) => {
      if (script !== null) addMigration(app.root, script)
      change(line)
      const last = await container()
      const { code, stderr, failed } = await redeploy(what, '--wait', '10')
      expect({ code, failed }).toEqual({ code: 1, failed: [] })
      expect(stderr).toContain('[SW-COMPOSE-UNHEALTHY]')
      expect(await container()).toBe(last)
    })
  })
})

interface Deployed {
  container: string
  isWithoutGap: boolean
  backup: { state: string } | null
}

const linesOf = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{"time"'))
    .map((line) => JSON.parse(line))

const textsOf = (json: string): string[] => {
  const rows: { text: string }[] = JSON.parse(json)
  return rows.map(({ text }) => text)
}

const readNotes = `fetch('http://127.0.0.1:3000/notes').then((answer) => answer.text()).then(console.log)`

const addNote = `fetch('http://127.0.0.1:3000/notes', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: process.env.TEXT }),
}).then((answer) => process.exit(answer.status === 201 ? 0 : 1))`

const withMigrations = 'COPY --chown=node:node prisma/migrations prisma/migrations'

let migrations = 0

const addMigration = (root: string, script: string): void => {
  const folder = join(root, 'prisma/migrations', `2026040${++migrations}000000_later`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'migration.sql'), `${script};\n`)
}

const figures = (times: number[]): string =>
  [0.5, 0.99, 1]
    .map((part) => Math.round(times[Math.floor((times.length - 1) * part)] ?? 0))
    .join(' (half), ')
