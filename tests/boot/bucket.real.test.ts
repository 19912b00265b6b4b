import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newHost } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'

describe('a bucket folder that is gone', () => {
  it('without a local database: waits, says for what, and ends with 75', async () => {
    const host = await newHost()
    rmSync(host.bucketDir, { recursive: true })
    const machine = host.start({ SEAWORTHY_BUCKET_WAIT: '1' })
    expect(await machine.exited).toBe(75)
    expect(machine.log.find(({ outcome }) => outcome === 'waiting')?.text).toContain(host.bucketDir)
    expect(machine.codes().at(-1)).toBe('SW-BUCKET-FOLDER-GONE')
    expect(readdirSync(host.volume)).toEqual(['.seaworthy'])
  })

  it('with one: the app runs, says that nothing is backed up, and attaches when it is back', async () => {
    const host = await newHost()
    const first = host.start()
    await first.ready()
    await first.stop()
    rmSync(host.bucketDir, { recursive: true })
    const machine = host.start()
    await machine.ready()
    expect(machine.log.find(({ step }) => step === 'replicate')).toMatchObject({
      level: 'error',
      outcome: 'not-backed-up',
    })
    await machine.add('one')
    mkdirSync(host.bucketDir)
    await waitUntil(() => machine.outcome('replicate') === 'replicating')
    await machine.add('two')
    expect(await machine.stop(), machine.output()).toBe(0)
    host.loseVolume()
    const reborn = host.start()
    await reborn.ready()
    expect(await reborn.rows()).toEqual(['seed', 'one', 'two'])
  })

  it('while an earlier start was killed over a new database: that is no local database', async () => {
    const host = await newHost()
    const script = join(host.image, 'start.js')
    const file = join(host.volume, 'dev.db')
    writeFileSync(script, readFileSync(script, 'utf8').replace("'prisma/dev.db'", JSON.stringify(file)))
    const killed = host.start({ SEED_FAILS: '1' })
    await killed.reached('migrate')
    await killed.kill()
    rmSync(host.bucketDir, { recursive: true })
    const machine = host.start({ SEAWORTHY_BUCKET_WAIT: '1' })
    expect(await machine.exited, machine.output()).toBe(75)
    expect(existsSync(file)).toBe(false)
  })
})

describe('the secrets of the bucket', () => {
  it('some but not all: an error that names the missing ones', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_BUCKET_DIR: undefined, BUCKET_NAME: 'b', AWS_REGION: 'auto' })
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-BUCKET-SECRETS'])
    expect(machine.output()).toContain('AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3, AWS_SECRET_ACCESS_KEY are')
  })

  it('none: the app starts, and every start says that nothing is backed up (F30)', async () => {
    const host = await newHost()
    for (const rows of [['seed'], ['seed']]) {
      const machine = host.start({ SEAWORTHY_BUCKET_DIR: undefined })
      await machine.ready()
      const said = machine.log.find(({ outcome }) => outcome === 'not-backed-up')
      expect(said).toMatchObject({ level: 'error', step: 'replicate' })
      expect(await machine.rows()).toEqual(rows)
      expect(await machine.stop()).toBe(0)
    }
  })
})

describe('a Litestream', () => {
  it('that is missing', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_LITESTREAM: '/nope' })
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-LITESTREAM-MISSING'])
  })

  it.each(['v0.5.3', 'v0.5.7', 'v0.3.9', 'v1.0.0', 'development build', ''])(
    'of version %j',
    async (version) => {
      const host = await newHost()
      const program = join(host.image, 'litestream')
      writeFileSync(program, `#!/bin/sh\necho ${version}\n`)
      chmodSync(program, 0o755)
      const machine = host.start({ SEAWORTHY_LITESTREAM: program })
      expect(await machine.exited).toBe(1)
      expect(machine.codes()).toEqual(['SW-LITESTREAM-VERSION'])
    },
  )

  it.runIf(process.platform === 'linux')(
    'that dies is started again and shown, also when that fails at first; the app goes on',
    async () => {
      const host = await newHost()
      const machine = host.start()
      await machine.reached('replicate')
      const config = join(host.volume, '.seaworthy/litestream.json')
      rmSync(config)
      mkdirSync(config)
      process.kill(pidOf(config), 'SIGKILL')
      await waitUntil(() => machine.log.filter(({ outcome }) => outcome === 'restarting').length === 2)
      rmSync(config, { recursive: true })
      await machine.add('one')
      await waitUntil(() => existsSync(config))
      expect(await machine.stop(), machine.output()).toBe(0)
      expect(machine.outcome('stop')).toBe('confirmed')
    },
  )
})

/** The process with this path among its arguments. */
const pidOf = (path: string): number => {
  const commandLine = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && commandLine(name).includes(path))
  if (pid === undefined) throw new Error(`no process has ${path}`)
  return Number(pid)
}
