import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { FlyStatus } from '../../src/platforms/fly/status.ts'
import { type ExampleApp, exampleApp } from '../support/example-app.ts'
import { type Account, account } from '../support/flyctl.ts'
import { litestreams } from '../support/litestreams.ts'

const api = '/api/entries'
const seedMark = 'Cast off at first light'

/** An app on Fly: a stand-in for flyctl whose machines are real processes, with a folder as the bucket. */
class OnFly {
  readonly #app: ExampleApp
  readonly #account: Account
  readonly #env: Record<string, string | undefined>

  constructor(app: ExampleApp, of: Account) {
    this.#app = app
    this.#account = of
    this.#env = { ...of.env(), SEAWORTHY_LITESTREAM: litestreams[0]?.path }
  }

  async seaworthy(words: string): Promise<string> {
    const { code, stdout, stderr } = await this.#app.seaworthy(words.split(' '), this.#env)
    if (code !== 0) throw new Error(`${words} ended with ${code}:\n${stderr}`)
    return stdout
  }

  async status(): Promise<FlyStatus> {
    return JSON.parse(await this.seaworthy('fly status --json'))
  }

  get machine() {
    return this.#account.world().apps.logbook?.machines[0]
  }

  /** What the machine answers; the real address is Fly's. */
  async rows(): Promise<unknown[]> {
    return (await fetch(this.#url)).json() as Promise<unknown[]>
  }

  async add(): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ vessel: 'Gull', text: 'a row' })
    expect((await fetch(this.#url, { method: 'POST', headers, body })).status).toBe(201)
  }

  get #url(): string {
    return `http://127.0.0.1:${this.machine?.release?.port}${api}`
  }
}

describe('an app on Fly', () => {
  it('keeps its rows over deployments, a stop, a kill and the loss of machine and volume', async () => {
    const fly = account({ isRunning: true })
    const app = await exampleApp('logbook-prisma6')
    try {
      const on = new OnFly(app, fly)

      const launched = JSON.parse(await on.seaworthy('launch --yes --now --region ams --json'))
      expect(launched.fly.release).toMatchObject({
        machine: { state: 'started' },
        backup: { state: 'backed-up', timeline: 1 },
      })
      const seeds = async () => JSON.stringify(await on.rows()).split(seedMark).length - 1
      expect(await seeds()).toBe(1)

      await on.add()
      const first = await on.rows()
      expect(JSON.parse(await on.seaworthy('deploy --json')).backup).toMatchObject({ state: 'backed-up' })
      expect(await on.rows()).toEqual(first)

      await on.add()
      const second = await on.rows()
      await on.seaworthy('fly stop')
      expect(await on.status()).toMatchObject({ machine: { state: 'stopped' }, backup: null })
      await on.seaworthy('fly start')
      expect(await on.rows()).toEqual(second)

      process.kill(-(on.machine?.pid ?? 0), 'SIGKILL')
      await on.seaworthy('deploy')
      expect(await on.rows()).toEqual(second)

      await on.add()
      const third = await on.rows()
      await sleep(1_000)
      await on.seaworthy('fly destroy machine --yes')
      await on.seaworthy('fly destroy volume --yes')
      expect(await on.status()).toMatchObject({ machine: null, volume: null, bucket: true })
      await on.seaworthy('deploy')
      expect(await on.rows()).toEqual(third)
      expect(await seeds()).toBe(1)
      expect(await on.status()).toMatchObject({
        machine: { state: 'started' },
        volume: { name: 'data' },
        backup: { state: 'backed-up' },
      })
    } finally {
      await app.remove()
    }
  })
})
