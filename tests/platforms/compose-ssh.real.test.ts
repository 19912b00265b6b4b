import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/command.ts'
import type { Docker } from '../../src/platforms/compose/docker.ts'
import { hostOf } from '../../src/platforms/compose/machine.ts'
import { requireDocker } from '../../src/platforms/compose/require-docker.ts'
import type { ComposeStatus } from '../../src/platforms/compose/status.ts'
import { senderThrough } from '../support/caddy-client.ts'
import { type ComposeApp, composeApp } from '../support/compose-app.ts'
import { hasDockerEngine } from '../support/docker-engine.ts'
import { hasSshd, type SshMachine, startSshMachine } from '../support/ssh-machine.ts'
import { startClient } from '../support/steady-client.ts'

/*
 * The same engine as in compose-docker.real.test.ts, for seaworthy on a machine that it reaches by SSH alone: launch was told
 * the context once. `app.docker` is that machine's own Docker. Each test is on what the ones before it have left.
 */

describe.skipIf(!hasDockerEngine() || !hasSshd())('compose over SSH', () => {
  let machine: SshMachine
  let app: ComposeApp

  beforeAll(async () => {
    machine = await startSshMachine()
    app = await composeApp({ words: ['--context', 'machine', '--domain', 'localhost'], env: machine.env })
  }, 180_000)

  afterAll(async () => {
    await app?.remove()
    machine?.stop()
  }, 120_000)

  const seaworthy = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await app.seaworthy(...words)
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${stderr}`)
    return stdout
  }
  const deploy = async () => JSON.parse(await seaworthy('deploy', '--json'))
  const status = async (): Promise<ComposeStatus> =>
    JSON.parse(await seaworthy('compose', 'status', '--json'))
  const notes = async (): Promise<string[]> => {
    const read = `fetch('http://127.0.0.1:3000/notes').then((answer) => answer.text()).then(console.log)`
    const rows: { text: string }[] = JSON.parse(
      await app.docker('compose', 'exec', '--no-TTY', 'app', 'node', '-e', read),
    )
    return rows.map(({ text }) => text)
  }

  it('deploy builds and starts it there, and says where that is', async () => {
    expect(await deploy()).toMatchObject({ machine: 'ssh://machine', backup: { state: 'backed-up' } })
    expect(await notes()).toEqual(['Welcome aboard'])
  })

  it('nothing there leans on a file of the client', async () => {
    const ids = (await app.docker('compose', 'ps', '--all', '--quiet')).split('\n')
    expect(ids).toHaveLength(3)
    const mounts: { Type: string }[][] = JSON.parse(await app.docker('inspect', ...ids)).map(
      ({ Mounts }: { Mounts: { Type: string }[] }) => Mounts,
    )
    expect(new Set(mounts.flat().map(({ Type }) => Type))).toEqual(new Set(['volume']))
  })

  it('a redeployment follows the last release, and no request fails', async () => {
    const stop = startClient(await senderThrough(app))
    const release = await deploy()
    const { failed, requests, acknowledged } = await stop()
    expect({ failed, ...release }).toMatchObject({ failed: [], isWithoutGap: true })
    console.log(`${requests} requests`)
    expect(await notes()).toEqual(expect.arrayContaining(acknowledged))
  })

  it('status, logs, stop and start are of that machine', async () => {
    expect(await status()).toMatchObject({
      url: 'https://localhost',
      container: { state: 'running', health: 'healthy' },
      volume: { name: `${app.name}_data` },
      backup: { state: 'backed-up' },
    })
    expect(await seaworthy('compose', 'logs')).toContain('"outcome":"launched"')
    await seaworthy('compose', 'stop')
    expect((await status()).container?.state).toBe('stopped')
    await seaworthy('compose', 'start')
    expect((await status()).container?.health).toBe('healthy')
  })

  it.each<[string, string | null, Record<string, string>]>([
    ['a context', 'machine', {}],
    ['DOCKER_HOST', null, { DOCKER_HOST: 'ssh://machine' }],
    ['DOCKER_CONTEXT', null, { DOCKER_CONTEXT: 'machine' }],
  ])('%s leads there, and its address is what SSH makes of the name', async (_, context, env) => {
    const typed: Docker['run'] = (command, options) =>
      run({ ...command, env: { ...machine.env, ...env } }, options)
    const target = { run: typed, root: app.root, context }
    expect([await requireDocker(target), await hostOf(target)]).toEqual(['ssh://machine', '127.0.0.1'])
  })

  it('every row is back when container and volume are lost', async () => {
    const before = await notes()
    await seaworthy('compose', 'stop')
    for (const part of ['container', 'volume']) await seaworthy('compose', 'destroy', part, '--yes')
    expect(await status()).toMatchObject({ container: null, volume: null })
    await deploy()
    expect(await notes()).toEqual(before)
  })
})
