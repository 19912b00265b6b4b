import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { childrenOf, isGone, signalLitestream } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

const app = (program: string) => ['node', '-e', program]

const litestream = litestreams[0]?.path ?? ''

/** The app's rows after machine and volume are lost. */
const rowsInBucket = async (host: Host, path = litestream): Promise<string[]> => {
  host.loseVolume()
  const machine = host.start({ SEAWORTHY_LITESTREAM: path })
  await machine.ready()
  expect(machine.outcome('restore')).toBe('restored')
  return machine.rows()
}

/** Lets its Litestream stand still, at a moment at which it does not keep the app from writing. */
const freezeLitestream = async (host: Host, machine: Machine): Promise<number> => {
  for (;;) {
    const pid = await signalLitestream(machine, 'SIGSTOP')
    if (canWrite(join(host.volume, 'dev.db'))) return pid
    process.kill(pid, 'SIGCONT')
    await sleep(20)
  }
}

const canWrite = (file: string): boolean =>
  withSqlite(file, { busyTimeoutMs: 0 }, (database) => {
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK')
      return true
    } catch {
      return false
    }
  })

const restarts = (machine: Machine): string[] =>
  machine.log.flatMap(({ outcome, text }) => (outcome === 'restarting' ? [text ?? ''] : []))

describe('an app', () => {
  it('that ends and leaves processes behind, in its group and out of it: they are gone', async () => {
    const host = await newHost()
    const program = `
      const { spawn } = require('node:child_process')
      const left = [false, true].map((detached) => spawn('sleep', ['300'], { detached, stdio: 'ignore' }))
      console.log('left', ...left.map(({ pid }) => pid))
      process.exit(3)`
    const machine = host.start({}, app(program))
    expect(await machine.exited, machine.output()).toBe(3)
    const [, ...left] = /left (\d+) (\d+)/.exec(machine.output()) ?? []
    expect(left).toHaveLength(2)
    expect(left.map(Number).filter((pid) => !isGone(pid))).toEqual([])
    expect(machine.outcome('stop')).toBe('confirmed')
  })

  it('that floods its output: all of it arrives, and nothing else suffers', async () => {
    const host = await newHost()
    const program = `
      const line = 'x'.repeat(99) + '\\n'
      for (let count = 0; count < 300; count++) require('node:fs').writeSync(1, line.repeat(1000))`
    const counted = ['sh', '-c', '"$@" | wc -c', 'sh']
    const machine = host.start({}, app(program), counted)
    await machine.exited
    expect(machine.output()).toMatch(/^\s*30000000$/m)
    expect(machine.outcome('stop')).toBe('confirmed')
  })

  it('goes on when nobody reads the log any more', async () => {
    const host = await newHost()
    const machine = host.start({}, undefined, ['sh', '-c', '"$@" 2>&1 | head -n 1', 'sh'])
    const url = `http://127.0.0.1:${host.port}/rows`
    await waitUntil(async () => (await fetch(url)).ok, 60_000)
    await machine.add('one')
    const [start = 0] = childrenOf(machine, join(host.image, 'start.js'))
    process.kill(start, 'SIGTERM')
    await waitUntil(() => isGone(start), 60_000)
    expect(machine.log).toHaveLength(1)
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })
})

describe('a second signal', () => {
  it('reaches the app too', async () => {
    const host = await newHost()
    const program = `
      let count = 0
      process.on('SIGTERM', () => {
        console.log('got', ++count)
        if (count === 2) process.exit(5)
      })
      console.log('app is up')
      setInterval(() => {}, 1000)`
    const machine = host.start({}, app(program))
    await waitUntil(() => machine.output().includes('\napp is up'))
    process.kill(machine.pid, 'SIGTERM')
    await waitUntil(() => machine.output().includes('\ngot 1'))
    expect(await machine.stop()).toBe(5)
    expect(machine.outcome('stop')).toBe('confirmed')
  })

  it.each(litestreams)('and more of them do not cut the final sync of $dialect short', async ({ path }) => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_LITESTREAM: path })
    await machine.ready()
    await machine.add('one')
    let hasEnded = false
    const exited = machine.exited.finally(() => {
      hasEnded = true
    })
    while (!hasEnded) {
      if (!isGone(machine.pid)) process.kill(machine.pid, 'SIGTERM')
      await sleep(10)
    }
    expect(await exited, machine.output()).toBe(0)
    expect(machine.outcome('stop')).toBe('confirmed')
    expect(await rowsInBucket(host, path)).toEqual(['seed', 'one'])
  })
})

describe('a Litestream', () => {
  it('that stands still: another one takes its place, and the app goes on', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_STALL: '2' })
    await machine.ready()
    const stopped = await freezeLitestream(host, machine)
    await machine.add('one')
    await waitUntil(() => childrenOf(machine, 'replicate').some((pid) => pid !== stopped), 60_000)
    expect(restarts(machine)[0]).toContain('it uploaded nothing for 2 s')
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })

  it('that stands still at the final sync: it is not waited for to the last', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_SYNC_TIMEOUT: '9' })
    await machine.ready()
    await freezeLitestream(host, machine)
    await machine.add('one')
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(machine.outcome('stop')).toBe('confirmed')
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })

  it('that ends at once: it is tried again and again, each time later, and the end says so', async () => {
    const host = await newHost()
    const broken = join(host.image, 'litestream')
    writeFileSync(
      broken,
      `#!/bin/sh\n[ "$1" = replicate ] && echo broken >&2 && exit 3\nexec '${litestream}' "$@"\n`,
    )
    chmodSync(broken, 0o755)
    const machine = host.start({ SEAWORTHY_LITESTREAM: broken, SEAWORTHY_SYNC_TIMEOUT: '1' })
    await machine.ready()
    await machine.add('one')
    await waitUntil(() => restarts(machine).length >= 3)
    expect(restarts(machine).map((text) => /\(exit code 3\).* (\d+) s$/.exec(text)?.[1])).toEqual([
      '1',
      '2',
      '4',
    ])
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(await machine.stop(), machine.output()).toBe(76)
    expect(machine.outcome('stop')).toBe('not-confirmed')
    const next = host.start()
    await next.ready()
    expect(await next.stop()).toBe(0)
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })

  it('whose program is gone for a while: the app goes on, and so does the backup later', async () => {
    const host = await newHost()
    const program = join(host.image, 'litestream')
    copyFileSync(litestream, program)
    const machine = host.start({ SEAWORTHY_LITESTREAM: program })
    await machine.reached('replicate')
    rmSync(program)
    await signalLitestream(machine, 'SIGKILL')
    await waitUntil(() => restarts(machine).some((text) => text.includes('ENOENT')))
    await machine.add('one')
    copyFileSync(litestream, program)
    await waitUntil(() => childrenOf(machine, 'replicate').length === 1)
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(await rowsInBucket(host)).toEqual(['seed', 'one'])
  })
})
