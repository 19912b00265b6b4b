import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { describeApp, restorer } from '../support/restoring.ts'

describe.each(litestreams)('Litestream $dialect', ({ path }) => {
  it('detached the database stays and each start says that nothing is backed up; attached all of it is', async () => {
    const host = await newHost()
    describeApp(host)
    const env = { SEAWORTHY_LITESTREAM: path }
    const { rowsAt, momentWith } = restorer(host.image, { ...env, SEAWORTHY_BUCKET_DIR: host.bucketDir })
    const say = async (command: string) => {
      const ctx = fakeContext(host.image)
      expect(await main([command, '--yes'], ctx), ctx.stderr.join('\n')).toBe(0)
      const script = readFileSync(join(host.image, 'docker-entrypoint.js'), 'utf8')
      // The image's user has no place on this computer.
      writeFileSync(join(host.image, 'start.js'), script.replace(", user: 'node'", ''))
    }
    const started = async () => {
      const machine = host.start(env)
      await machine.ready()
      return machine
    }

    await say('launch')
    const first = await started()
    await first.add('with')
    const before = await momentWith('with')
    expect(await first.stop(), first.output()).toBe(0)

    await say('detach')
    const alone = await started()
    expect(alone.log.map(({ outcome }) => outcome)).toContain('not-backed-up')
    expect(await alone.rows()).toEqual(['with'])
    await alone.add('without')
    expect(await alone.stop(), alone.output()).toBe(0)
    expect(await rowsAt(null)).toEqual(['with'])

    await say('attach')
    const again = await started()
    expect(again.outcome('restore')).toBe('kept')
    await momentWith('without')
    expect(await again.stop(), again.output()).toBe(0)
    expect(await rowsAt(before)).toEqual(['with'])

    host.loseVolume()
    const reborn = await started()
    expect(await reborn.rows()).toEqual(['with', 'without'])
    expect(await reborn.stop()).toBe(0)
  })
})
