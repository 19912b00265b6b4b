import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/sqlite/driver.ts'
import { dump, inspect, isSaved, restoredFrom } from '../support/database-check.ts'
import { burstApp, wrapLitestream } from '../support/litestream-wrapper.ts'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { signalLitestream } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

/** An app that writes a row when it begins, and leaves an empty log behind when it is told to end. */
const brief = `
import { open } from './database.js'
const database = open()
database.exec('INSERT INTO "Row" ("text") VALUES (\\'' + process.env.TEXT + '\\')')
process.on('SIGTERM', () => {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  process.exit(0)
})
console.log('written')
setInterval(() => {}, 1000)`

/** Gets no processor for a while, from just before it opens the database. */
const starved = `if (text.includes('replicating to')) {
  child.kill('SIGSTOP')
  setTimeout(() => child.kill('SIGCONT'), 2000)
}`

/**
 * Gets no processor for a while, from the moment at which it begins to upload what was written at a time.
 *
 * @param then what happens to it before it goes on.
 */
const interrupted = (then = '') => `
if (text.includes('write wal segment') && fs.existsSync('writing') && !fs.existsSync('held')) {
  child.kill('SIGSTOP')
  fs.writeFileSync('held', '')
  setTimeout(() => {
    ${then}
    child.kill('SIGCONT')
  }, 1000)
}`

const of = (dialect: string) => litestreams.filter((each) => each.dialect === dialect)

// 0.5 tells what it has reached; 0.3 ends with 0 when it is told to end before it has opened the database.
describe.each(of('0.3'))('the final sync of Litestream $dialect', ({ path }) => {
  it('begins when it has opened the database, however late that is', async () => {
    const host = await newHost()
    writeFileSync(join(host.image, 'brief.js'), brief)
    const slow = wrapLitestream(host, path, starved)
    const run = (litestream: string, TEXT: string) =>
      host.start({ SEAWORTHY_LITESTREAM: litestream, TEXT }, ['node', 'brief.js'])
    const first = run(path, 'one')
    await isSaved(host, path, 'one')
    expect(await first.stop(), first.output()).toBe(0)
    const second = run(slow, 'two')
    await waitUntil(() => second.output().includes('\nwritten\n'))
    const code = await second.stop()
    host.loseVolume()
    const reborn = host.start({ SEAWORTHY_LITESTREAM: path })
    await reborn.ready()
    expect({ code, rows: await reborn.rows() }, second.output()).toEqual({
      code: 0,
      rows: ['seed', 'one', 'two'],
    })
  })

  it.each([
    { name: 'does not cross the upload that its monitor has begun', hear: interrupted() },
    // As systemd does, which tells all that runs.
    {
      name: 'is not believed where somebody else had it cross an upload',
      hear: interrupted(`child.kill('SIGTERM')`),
    },
  ])('$name', async ({ hear }) => {
    const host = await newHost()
    writeFileSync(join(host.image, 'burst.js'), burstApp({ many: 800, last: 100 }))
    const wrapper = wrapLitestream(host, path, hear)
    const machine = host.start({ SEAWORTHY_LITESTREAM: wrapper }, ['node', 'burst.js'])
    await waitUntil(() => existsSync(join(host.image, 'held')))
    expect(await machine.stop(), machine.output()).toBe(0)
    // What was uploaded twice hides what comes after it.
    const next = host.start({ SEAWORTHY_LITESTREAM: path })
    await next.ready()
    await next.add('more')
    expect(await next.stop(), next.output()).toBe(0)
    const local = inspect(join(host.volume, 'dev.db'), dump)
    expect(await restoredFrom(host, path, dump), machine.output()).toEqual(local)
  })
})

describe.each(of('0.5'))('the final sync of Litestream $dialect', ({ path }) => {
  it('does not wait for ever for a log that somebody else reads', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_LITESTREAM: path, SEAWORTHY_SYNC_TIMEOUT: '2' })
    await machine.ready()
    await machine.add('one')
    await waitUntil(() => existsSync(join(host.volume, 'dev.db-wal')))
    const reader = openSqlite(join(host.volume, 'dev.db'))
    reader.exec('BEGIN')
    reader.all('SELECT * FROM "Row"')
    await machine.add('two')
    await signalLitestream(machine, 'SIGKILL')
    await waitUntil(() => machine.log.some(({ outcome }) => outcome === 'restarting'))
    const began = performance.now()
    expect(await machine.stop(), machine.output()).toBe(76)
    expect(performance.now() - began).toBeLessThan(6_000)
    reader.close()
  })
})
