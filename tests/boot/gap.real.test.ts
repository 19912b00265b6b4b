import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { metadataFolder } from '../../src/litestream/position.ts'
import { dump, inspect, restoredFrom } from '../support/database-check.ts'
import { burstApp, wrapLitestream } from '../support/litestream-wrapper.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, newHost } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'

/**
 * When it has uploaded the first piece of its second log, that one seems to come two restarts after the first; it is told
 * a while later.
 */
const leavingOut = (host: Host, since: string, toldAfterMs: number) => `
const [, generation] = /wal segment written.*"([0-9a-f]{16})\\/00000001:0"/.exec(text) ?? []
if (generation && fs.existsSync('${since}') && !fs.existsSync('gap')) {
  const first = '${metadataFolder(join(host.volume, 'dev.db'))}/generations/' + generation + '/wal/00000000.wal'
  const log = fs.readFileSync(first)
  log.writeUInt32BE(log.readUInt32BE(16) - 1, 16)
  fs.writeFileSync(first, log)
  fs.writeFileSync('gap', generation)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${toldAfterMs})
}`

/** Its first log seems to be one restart older when it is heard of, and is gone when the second is. */
const heardLate = (host: Host) => `
const [, begun] = /wal segment written.*"([0-9a-f]{16})\\/00000000:0"/.exec(text) ?? []
if (begun && !fs.existsSync('gap')) {
  child.kill('SIGSTOP')
  const first = '${metadataFolder(join(host.volume, 'dev.db'))}/generations/' + begun + '/wal/00000000.wal'
  const log = fs.readFileSync(first)
  const older = Buffer.from(log)
  older.writeUInt32BE(log.readUInt32BE(16) - 1, 16)
  fs.writeFileSync(first, older)
  setTimeout(() => {
    fs.writeFileSync(first, log)
    child.kill('SIGCONT')
  }, 500)
}
const [, next] = /wal segment written.*"([0-9a-f]{16})\\/00000001:0"/.exec(text) ?? []
if (next && !fs.existsSync('gap')) {
  fs.rmSync('${metadataFolder(join(host.volume, 'dev.db'))}/generations/' + next + '/wal/00000000.wal')
  fs.writeFileSync('gap', next)
}`

const of03 = litestreams.filter(({ dialect }) => dialect === '0.3')

describe.each(of03)('a log that Litestream $dialect has left out', ({ path }) => {
  it.each([
    { when: 'while the app runs', since: 'writing', many: 1200, last: 10, toldAfterMs: 0 },
    { when: 'though it is heard late', since: 'writing', many: 1200, last: 10, toldAfterMs: 0, isLate: true },
    { when: 'just before the app ends', since: 'ending', many: 800, last: 300, toldAfterMs: 0 },
    { when: 'in the final sync', since: 'ending', many: 800, last: 300, toldAfterMs: 500 },
  ])('is noticed $when, and it begins anew', async ({ since, many, last, toldAfterMs, isLate }) => {
    const host = await newHost()
    writeFileSync(join(host.image, 'burst.js'), burstApp({ many, last, lingerMs: 300 }))
    const litestream = wrapLitestream(
      host,
      path,
      isLate ? heardLate(host) : leavingOut(host, since, toldAfterMs),
    )
    const machine = host.start({ SEAWORTHY_LITESTREAM: litestream }, ['node', 'burst.js'])
    await waitUntil(() => existsSync(join(host.image, 'written')))
    const isTold = () => machine.output().includes('left out a part of the log')
    if (since === 'writing') await waitUntil(isTold)
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(machine.outcome('stop'), machine.output()).toBe('confirmed')
    expect(isTold()).toBe(toldAfterMs === 0)

    const left = readFileSync(join(host.image, 'gap'), 'utf8')
    const generation = readFileSync(join(metadataFolder(join(host.volume, 'dev.db')), 'generation'), 'utf8')
    expect(generation.trim()).not.toBe(left)
    const local = inspect(join(host.volume, 'dev.db'), dump)
    expect(await restoredFrom(host, path, dump)).toEqual(local)
  })
})
