import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { describeApp, restorer, rowsOf } from '../support/restoring.ts'
import { stores } from '../support/stores.ts'

const [old, recent] = ['0.3', '0.5'].map(
  (dialect) => litestreams.find((each) => each.dialect === dialect)?.path,
)

const cases = litestreams.flatMap(({ dialect, path }) => stores.map((each) => ({ ...each, dialect, path })))

describe.each(cases)('Litestream $dialect with $store', ({ path, keys }) => {
  it('gives back each moment: over a redeploy, a crash, a lost volume, a machine that was replaced', async () => {
    const host = await newHost()
    describeApp(host)
    const env = { ...(await keys()), SEAWORTHY_LITESTREAM: path }
    const bucket = { SEAWORTHY_BUCKET_DIR: host.bucketDir, ...env }
    const { run, rowsAt, momentWith } = restorer(host.image, bucket)
    // Stores tell times by the second, rounded down: what comes now may seem to come from that long ago.
    const began = new Date(Date.now() - 1_000)

    const nothing = await run('--at', began.toISOString())
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('SW-RESTORE-NOTHING') })

    const moments: [Date, string[]][] = []
    const rows = ['seed']
    const live = async (end: 'stop' | 'kill' | 'lose') => {
      const machine = host.start(env)
      await machine.ready()
      expect(await machine.rows()).toEqual(rows)
      for (const _ of [1, 2]) {
        const row = `row ${rows.length}`
        await machine.add(row)
        rows.push(row)
        moments.push([await momentWith(row), [...rows]])
      }
      if (end === 'stop') expect(await machine.stop(), machine.output()).toBe(0)
      else await machine.kill()
      if (end !== 'stop' && end !== 'kill') host.loseVolume()
    }
    await live('stop')
    await live('kill')
    await live('lose')
    await live('lose')
    await live('stop')

    for (const [moment, expected] of moments) expect(await rowsAt(moment)).toEqual(expected)
    expect(await rowsAt(null)).toEqual(rows)

    const early = await run('--at', began.toISOString())
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('SW-RESTORE-TOO-EARLY') })
    const [, first = ''] = /--at (\S+)/.exec(early.stderr) ?? []
    expect((await rowsAt(new Date(first))).at(0)).toBe('seed')
    const later = await run('--at', new Date(Date.now() + 60_000).toISOString())
    expect(later).toMatchObject({ code: 1, stderr: expect.stringContaining('SW-RESTORE-FUTURE') })

    const list = await run('--list', '--json')
    const { timelines } = JSON.parse(list.stdout)
    expect(timelines.length).toBeGreaterThanOrEqual(3)
    for (const each of timelines) {
      expect(each).toMatchObject({ isInLine: true, size: expect.any(Number) })
      expect(Date.parse(each.first)).toBeLessThanOrEqual(Date.parse(each.left ?? each.last) + 1_000)
    }
    expect((await run('--list')).stdout).toMatch(/\* 1 .* first/)
  }, 400_000)
})

describe.skipIf(!old || !recent)('history that two Litestreams have written', () => {
  it.each([
    ['0.5', recent],
    ['0.3, with another 0.5 at hand for none', old],
  ])(
    'is restored by %s',
    async (_, binary) => {
      const host = await newHost()
      describeApp(host)
      const { run, rowsAt, momentWith } = restorer(host.image, {
        SEAWORTHY_BUCKET_DIR: host.bucketDir,
        SEAWORTHY_LITESTREAM: recent,
      })
      const byBinary = restorer(host.image, {
        SEAWORTHY_BUCKET_DIR: host.bucketDir,
        SEAWORTHY_LITESTREAM: binary,
      })
      const moments: Date[] = []
      for (const path of [old, recent]) {
        const machine = host.start({ SEAWORTHY_LITESTREAM: path })
        await machine.ready()
        await machine.add(`with ${path === old ? '0.3' : '0.5'}`)
        moments.push(await momentWith(`with ${path === old ? '0.3' : '0.5'}`))
        expect(await machine.stop(), machine.output()).toBe(0)
      }
      const [first = null, second = null] = moments
      expect(await byBinary.rowsAt(first)).toEqual(['seed', 'with 0.3'])
      expect(await rowsAt(second)).toEqual(['seed', 'with 0.3', 'with 0.5'])
      if (binary === old)
        expect((await byBinary.run('--at', second?.toISOString() ?? '')).stderr).toContain('SW-BACKUP-FORMAT')
      expect(await run('--list')).toMatchObject({ stdout: expect.stringMatching(/0\.3 .*\n.* 0\.5 /) })
    },
    200_000,
  )
})

describe('--replace', () => {
  it.each(litestreams)(
    'puts the volume back to a moment, and what came after it can be had again ($dialect)',
    async ({ path }) => {
      const host = await newHost()
      describeApp(host)
      const env = { SEAWORTHY_LITESTREAM: path }
      const volume = { SEAWORTHY_VOLUME: host.volume, SEAWORTHY_BUCKET_DIR: host.bucketDir }
      const { run, rowsAt, momentWith } = restorer(host.image, { ...volume, ...env })
      const machine = host.start(env)
      await machine.ready()
      await machine.add('good')
      const moment = await momentWith('good')
      await machine.add('bad')
      const after = await momentWith('bad')

      const at = ['--replace', '--at', moment.toISOString(), '--json']
      expect(await run(...at)).toMatchObject({ code: 1, stderr: expect.stringContaining('SW-CONFIRM') })
      const running = await run(...at, '--yes')
      expect(running).toMatchObject({ code: 75, stderr: expect.stringContaining('SW-VOLUME-LOCKED') })
      expect(await machine.stop(), machine.output()).toBe(0)

      const replaced = await run(...at, '--yes')
      expect(replaced.code, replaced.stderr).toBe(0)
      const { setAside, file } = JSON.parse(replaced.stdout)
      expect(file).toBe(join(host.volume, 'dev.db'))
      expect(readdirSync(setAside)).toContain('dev.db')
      expect(rowsOf(file)).toEqual(['seed', 'good'])

      const restarted = host.start(env)
      await restarted.ready()
      await restarted.reached('replicate')
      expect(restarted.outcome('restore')).toBe('kept')
      expect(restarted.log.find(({ outcome }) => outcome === 'replicating')).toMatchObject({ timeline: 2 })
      await restarted.add('better')
      const last = await momentWith('better')
      expect(await rowsAt(last)).toEqual(['seed', 'good', 'better'])
      expect(await rowsAt(after)).toEqual(['seed', 'good', 'bad'])
      expect(await restarted.stop(), restarted.output()).toBe(0)
      expect(await rowsAt(null, '--timeline', '1')).toEqual(['seed', 'good', 'bad'])

      host.loseVolume()
      const reborn = host.start(env)
      await reborn.ready()
      expect(await reborn.rows()).toEqual(['seed', 'good', 'better'])
      expect(await reborn.stop()).toBe(0)
    },
  )
})

describe('what cannot be', () => {
  it('is refused: no bucket, a file that is there, a timeline that is not', async () => {
    const host = await newHost()
    describeApp(host)
    expect((await restorer(host.image, {}).run()).stderr).toContain('SW-RESTORE-NO-BUCKET')
    const { run } = restorer(host.image, { SEAWORTHY_BUCKET_DIR: host.bucketDir })
    const there = await run('--output', join(host.image, 'server.js'))
    expect(there).toMatchObject({ code: 1, stderr: expect.stringContaining('SW-RESTORE-EXISTS') })
    expect(await run('--timeline', '7')).toMatchObject({ code: 2 })
    expect(await run('--at', 'soon')).toMatchObject({ code: 2 })
    const nowhere = join(host.volume, 'new', 'restored.db')
    expect(await run('--output', nowhere)).toMatchObject({ code: 1 })
    expect(existsSync(nowhere)).toBe(false)
    expect(readdirSync(join(host.volume, 'new'))).toEqual([])
  })
})
