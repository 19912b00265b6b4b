import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newHost } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'

describe('the first start', () => {
  it('whose seed fails leaves nothing, and the next one seeds once (F15)', async () => {
    const host = await newHost()
    const failed = host.start({ SEED_FAILS: '1' })
    expect(await failed.exited).toBe(1)
    expect(failed.codes()).toEqual(['SW-SEED-FAILED'])
    expect(failed.output()).toContain('the seed was told to fail')
    expect(readdirSync(host.volume)).toEqual(['.seaworthy'])
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed'])
    await machine.stop()
    const again = host.start({ SEED_FAILS: '1' })
    await again.ready()
    expect(again.outcome('seed')).toBe('already-seeded')
  })

  it.each(['link', 'lease', 'restore', 'migrate', 'seed', 'replicate', 'launch'])(
    'killed after %s: the next one has the database whole, seeded once',
    async (step) => {
      const host = await newHost()
      const killed = host.start()
      await killed.reached(step)
      await killed.kill()
      const machine = host.start()
      await machine.ready()
      expect(await machine.rows()).toEqual(['seed'])
      expect(await machine.stop(), machine.output()).toBe(0)
      host.loseVolume()
      const reborn = host.start()
      await reborn.ready()
      expect(await reborn.rows()).toEqual(['seed'])
    },
  )

  it('stopped in its seed ends with it, as the signal says, and leaves nothing', async () => {
    const host = await newHost()
    const seed = join(host.image, 'prisma/seed.js')
    writeFileSync(seed, "console.log('seeding', process.pid); setInterval(() => {}, 1000)")
    const machine = host.start()
    await waitUntil(() => machine.output().includes('seeding'))
    const pid = Number(/seeding (\d+)/.exec(machine.output())?.[1])
    expect(await machine.stop('SIGTERM')).toBe(143)
    expect(machine.codes()).toEqual([])
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(readdirSync(host.volume)).toEqual(['.seaworthy'])
  })

  it('keeps the rows of a seed that ends without closing its log', async () => {
    const host = await newHost()
    writeFileSync(
      join(host.image, 'prisma/seed.js'),
      `import { open } from '../database.js'
       const database = open()
       database.exec('PRAGMA journal_mode = WAL')
       database.exec(\`INSERT INTO "Row" ("text") VALUES ('in the log')\`)
       process.reallyExit(0)`,
    )
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['in the log'])
  })
})
