import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildPlan } from '../../src/plan/plan.ts'
import { deploy } from '../../src/platforms/compose/deploy.ts'
import { restoredFrom } from '../support/database-check.ts'
import { fakeDocker, type Release } from '../support/docker.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { profile } from '../support/profile.ts'
import { project } from '../support/project.ts'
import { startProxy } from '../support/switching-proxy.ts'

const litestream = litestreams[0]?.path ?? ''

/** A computer with Docker, and what its releases are made of: each with a folder and a port of its own. */
const newComputer = async (more: (number: number) => Record<string, string> = () => ({})) => {
  const first = await newHost()
  const others = [await newHost(), await newHost(), await newHost()]
  const hosts = [first, ...others]
  const proxy = await startProxy()
  onTestFinished(() => proxy.close())
  let number = 0
  const image = (): Release => {
    const host = hosts[number % hosts.length] ?? first
    const env = {
      SEAWORTHY_HANDOVER: '1',
      SEAWORTHY_LEASE_TTL: '30',
      SEAWORTHY_VOLUME: first.volume,
      SEAWORTHY_BUCKET_DIR: first.bucketDir,
      ...more(number++),
    }
    return { port: host.port, start: () => host.start(env) }
  }
  const docker = fakeDocker(first, proxy, image)
  const plan = buildPlan(profile(), { target: 'compose', domain: 'example.com' })
  const root = project({ '.env.production': '' })
  const said: string[] = []
  const deployNext = () =>
    deploy(
      { run: docker.run, root, context: null },
      plan,
      plan.compose ?? { domain: null, hasBucketServer: false, context: null },
      {
        patienceMs: 60_000,
        say: (text) => void said.push(text),
      },
    )
  return { host: first, proxy, docker, deployNext }
}

/** Reads and writes in turn, 50 times a second, until it is stopped; gives what was not answered well. */
const startClient = (port: number) => {
  const failed: unknown[] = []
  const acknowledged: string[] = []
  const pending: Promise<void>[] = []
  let count = 0
  const send = async () => {
    const text = `write ${count++}`
    const init = count % 2 === 0 ? { method: 'POST', body: text } : {}
    const status = await fetch(`http://127.0.0.1:${port}/rows`, {
      ...init,
      headers: { connection: 'close' },
    }).then(
      (answer) => answer.status,
      (error) => error,
    )
    if (status === 201) acknowledged.push(text)
    else if (status !== 200) failed.push(status)
  }
  const timer = setInterval(() => pending.push(send()), 20)
  return async () => {
    clearInterval(timer)
    await Promise.all(pending)
    return { failed, acknowledged }
  }
}

describe('a deployment with compose and Caddy', () => {
  it('follows the last release without a failed request, and waits for its backup', async () => {
    const { host, proxy, docker, deployNext } = await newComputer()
    expect(await deployNext()).toMatchObject({ isWithoutGap: false, backup: { state: 'backed-up' } })
    const stop = startClient(proxy.port)
    await sleep(500)
    for (let count = 0; count < 2; count++)
      expect(await deployNext()).toMatchObject({ isWithoutGap: true, backup: { state: 'backed-up' } })
    const { failed, acknowledged } = await stop()
    expect(failed).toEqual([])
    const rows = await fetch(`http://127.0.0.1:${proxy.port}/rows`).then((answer) => answer.json())
    expect(rows).toEqual(expect.arrayContaining(acknowledged))
    const last = (
      await docker.run({ file: 'docker', args: ['compose', 'ps', '--quiet', 'app'] })
    ).stdout.trim()
    expect(last).toBe('container-3')
    await docker.run({ file: 'docker', args: ['stop', last] })
    const restored = await restoredFrom(host, litestream, (database) =>
      database.all<{ text: string }>('SELECT "text" FROM "Row"').map(({ text }) => text),
    )
    expect(restored).toEqual(rows)
  })

  it('of a release that does not get healthy leaves the last one serving', async () => {
    const { proxy, docker, deployNext } = await newComputer(
      (number): Record<string, string> => (number === 1 ? { PORT: 'none' } : {}),
    )
    await deployNext()
    const stop = startClient(proxy.port)
    await expect(deployNext()).rejects.toMatchObject({ code: 'SW-COMPOSE-UNHEALTHY' })
    await sleep(300)
    const { failed, acknowledged } = await stop()
    expect(failed).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(0)
    const ids = (await docker.run({ file: 'docker', args: ['compose', 'ps', '--quiet', 'app'] })).stdout
    expect(ids).toBe('container-1\n')
    expect(await deployNext()).toMatchObject({ isWithoutGap: true })
  })
})
