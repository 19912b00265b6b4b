import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'

describe('a second machine', () => {
  it('on the same volume is refused, and the first goes on (F60)', async () => {
    const host = await newHost()
    const first = host.start()
    await first.ready()
    const second = host.start({ SEAWORTHY_LOCK_WAIT: '0.5' })
    expect(await second.exited).toBe(75)
    expect(second.codes()).toEqual(['SW-VOLUME-LOCKED'])
    expect(await first.add('one')).toBe(201)
    expect(await first.stop()).toBe(0)
  })

  it('on the same volume waits for the first to end', async () => {
    const host = await newHost()
    const first = host.start()
    await first.ready()
    const second = host.start()
    await first.add('one')
    expect(await first.stop()).toBe(0)
    await second.ready()
    expect(await second.rows()).toEqual(['seed', 'one'])
  })

  it('on the same bucket is refused before it writes, naming the first, which goes on (F31)', async () => {
    const [host, other] = [await newHost(), await newHost()]
    const first = host.start({ FLY_MACHINE_ID: 'the-first' })
    await first.ready()
    const second = other.start({ SEAWORTHY_BUCKET_DIR: host.bucketDir })
    expect(await second.exited).toBe(75)
    expect(second.codes()).toEqual(['SW-LEASE-HELD'])
    expect(second.output()).toContain('the-first')
    expect(await first.add('one')).toBe(201)
    expect(await first.stop()).toBe(0)
    expect(first.outcome('stop')).toBe('confirmed')
  })
})

describe.each(litestreams)('Litestream $dialect: a machine that froze', ({ path }) => {
  it('and wakes after another took over stops its app, and spoils nothing (F31)', async () => {
    const [host, other] = [await newHost(), await newHost()]
    const env = { SEAWORTHY_LITESTREAM: path }
    const frozen = host.start(env)
    await frozen.ready()
    await frozen.add('one')
    await new Promise((resolve) => setTimeout(resolve, 700))
    process.kill(frozen.pid, 'SIGSTOP')
    const heir = other.start({ ...env, SEAWORTHY_BUCKET_DIR: host.bucketDir })
    await heir.ready()
    expect(await heir.rows()).toEqual(['seed', 'one'])
    // Its app and its Litestream still run: this goes to the timeline that nobody reads any more.
    await frozen.add('too late')
    await heir.add('two')
    process.kill(frozen.pid, 'SIGCONT')
    expect(await frozen.exited, frozen.output()).toBe(75)
    expect(frozen.codes()).toEqual(['SW-LEASE-LOST'])
    await heir.add('three')
    expect(await heir.stop(), heir.output()).toBe(0)
    other.loseVolume()
    const reborn = other.start({ ...env, SEAWORTHY_BUCKET_DIR: host.bucketDir })
    await reborn.ready()
    expect(await reborn.rows()).toEqual(['seed', 'one', 'two', 'three'])
    const returned = host.start(env)
    expect(await returned.exited).toBe(75)
  })
})

describe('a release command or a console (F17)', () => {
  it.each([{ RELEASE_COMMAND: '1' }, { FLY_PROCESS_GROUP: 'fly_app_console' }])(
    '%j gets the link and nothing else',
    async (role) => {
      const host = await newHost()
      const app = host.start()
      await app.ready()
      const program = 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 7'
      const words = ['node', '-e', program, 'two words', '$HOME', '']
      const aside = host.start(role, words)
      expect(await aside.exited).toBe(7)
      expect(aside.output()).toContain('["two words","$HOME",""]')
      expect(aside.log.map(({ step }) => step)).toEqual(['link', 'launch'])
      expect(await app.add('one')).toBe(201)
      expect(await app.stop()).toBe(0)
      expect(app.outcome('stop')).toBe('confirmed')
    },
  )
})

describe('a start that was killed alone', () => {
  it('leaves an app and a Litestream that the next start ends before it opens the database', async () => {
    const host = await newHost()
    const killed = host.start()
    await killed.ready()
    await killed.add('one')
    process.kill(killed.pid, 'SIGKILL')
    const machine = host.start()
    await machine.ready()
    expect(machine.log.some(({ text }) => text?.startsWith('ended what a killed start'))).toBe(true)
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(await machine.stop(), machine.output()).toBe(0)
  })

  it('leaves a seed that the next start ends too: it has run once, and whole (F15)', async () => {
    const host = await newHost()
    writeFileSync(
      join(host.image, 'prisma/seed.js'),
      `import { open } from '../database.js'
       const database = open()
       console.log('seeding')
       setTimeout(() => database.exec(\`INSERT INTO "Row" ("text") VALUES ('seed')\`), 1500)`,
    )
    const killed = host.start()
    await waitUntil(() => killed.output().includes('seeding'))
    process.kill(killed.pid, 'SIGKILL')
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed'])
    expect(machine.log.some(({ text }) => text?.startsWith('ended what a killed start'))).toBe(true)
  })
})
