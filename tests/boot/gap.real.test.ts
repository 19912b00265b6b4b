import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { metadataFolder } from '../../src/litestream/position.ts'
import { dump, inspect, restoredFrom } from '../support/database-check.ts'
import { burstApp, wrapLitestream } from '../support/litestream-wrapper.ts'
import { litestreams } from '../support/litestreams.ts'
import { type Host, newHost } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'

/** For what Litestream says: the generation whose log of this number it has begun to upload, and its copy of the first. */
const heard = (host: Host) => `
const begunIn = (index) => new RegExp('wal segment written.*"([0-9a-f]{16})/' + index + ':0"').exec(text)?.[1]
const firstOf = (generation) =>
  '${metadataFolder(join(host.volume, 'dev.db'))}/generations/' + generation + '/wal/00000000.wal'
const older = (log) => {
  const copy = Buffer.from(log)
  copy.writeUInt32BE(log.readUInt32BE(16) - 1, 16)
  return copy
}`

/**
 * When it has uploaded the first piece of its second log, that one seems to come two restarts after the first; it is told
 * a while later.
 */
const leavingOut = (since: string, toldAfterMs: number) => (host: Host) =>
  `${heard(host)}
const generation = begunIn('00000001')
if (generation && fs.existsSync('${since}') && !fs.existsSync('gap')) {
  fs.writeFileSync(firstOf(generation), older(fs.readFileSync(firstOf(generation))))
  fs.writeFileSync('gap', generation)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${toldAfterMs})
}`

/** Its first log seems to be one restart older when it is heard of, and is gone when the second is. */
const heardLate = (host: Host) => `${heard(host)}
const begun = begunIn('00000000')
if (begun && !fs.existsSync('gap')) {
  child.kill('SIGSTOP')
  const log = fs.readFileSync(firstOf(begun))
  fs.writeFileSync(firstOf(begun), older(log))
  setTimeout(() => {
    fs.writeFileSync(firstOf(begun), log)
    child.kill('SIGCONT')
  }, 500)
}
const next = begunIn('00000001')
if (next && !fs.existsSync('gap')) {
  fs.rmSync(firstOf(next))
  fs.writeFileSync('gap', next)
}`

/** What the app writes at a time: the second log begins while it runs, or with its last writes. */
const [running, ending] = [
  { many: 1200, last: 10 },
  { many: 800, last: 300 },
]

const of03 = litestreams.filter(({ dialect }) => dialect === '0.3')

describe.each(of03)('a log that Litestream $dialect has left out', ({ path }) => {
  it.each([
    { when: 'while the app runs', hear: leavingOut('writing', 0), rows: running, isTold: true },
    { when: 'though it is heard late', hear: heardLate, rows: running, isTold: true },
    { when: 'just before the app ends', hear: leavingOut('ending', 0), rows: ending, isTold: true },
    { when: 'in the final sync', hear: leavingOut('ending', 500), rows: ending, isTold: false },
  ])('is noticed $when, and it begins anew', async ({ hear, rows, isTold }) => {
    const host = await newHost()
    writeFileSync(join(host.image, 'burst.js'), burstApp({ ...rows, lingerMs: 300 }))
    const litestream = wrapLitestream(host, path, hear(host))
    const machine = host.start({ SEAWORTHY_LITESTREAM: litestream }, ['node', 'burst.js'])
    await waitUntil(() => existsSync(join(host.image, 'written')))
    const tells = () => machine.output().includes('left out a part of the log')
    if (rows === running) await waitUntil(tells)
    expect(await machine.stop(), machine.output()).toBe(0)
    expect(machine.outcome('stop'), machine.output()).toBe('confirmed')
    expect(tells()).toBe(isTold)

    const left = readFileSync(join(host.image, 'gap'), 'utf8')
    const generation = readFileSync(join(metadataFolder(join(host.volume, 'dev.db')), 'generation'), 'utf8')
    expect(generation.trim()).not.toBe(left)
    const local = inspect(join(host.volume, 'dev.db'), dump)
    expect(await restoredFrom(host, path, dump)).toEqual(local)
  })
})
