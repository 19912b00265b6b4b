/**
 * What clients see of redeploys with `SEAWORTHY_HANDOVER=1`: 50 requests a second, half of them writes, through a proxy that
 * switches as Kamal's and `seaworthy deploy` do, and redeploys one after the other, every other one with a migration.
 *
 *     npx tsx bench/handover.ts [redeploys] [litestream]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findLitestream } from '../src/litestream/binary.ts'
import { openSqlite } from '../src/sqlite/driver.ts'
import { freePort } from '../tests/support/free-port.ts'
import { startProxy } from '../tests/support/switching-proxy.ts'
import { must, quietEnvironment } from './kit.ts'

const repository = join(import.meta.dirname, '..')
const perSecond = 50

interface Release {
  port: number
  startScript: ChildProcess
  log: () => string
}

interface Seen {
  requests: number
  failed: string[]
  latencies: number[]
  acknowledged: string[]
}

const main = async (redeploys: number, litestream: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-handover-'))
  for (const name of ['volume', 'bucket']) mkdirSync(join(folder, name))
  const start = releases(folder, litestream)
  const proxy = await startProxy()
  let current = await start()
  proxy.switchTo(current.port)
  const client = startClient(proxy.port)
  await sleep(2_000)
  const gaps: number[] = []
  for (let count = 0; count < redeploys; count++) {
    const next = await start()
    proxy.switchTo(next.port)
    await until(() => proxy.underWay(current.port) === 0)
    await end(current)
    await until(() => next.log().includes('"took-over"'))
    gaps.push(withoutLitestream(current, next))
    current = next
    await sleep(1_000)
  }
  const seen = await client.stop()
  await end(current)
  proxy.close()
  const rows = await compare(folder, litestream, seen)
  report({ redeploys, seen, gaps, rows })
  rmSync(folder, { recursive: true })
}

/** Starts one release after the other, each with an image and a port of its own. */
const releases = (folder: string, litestream: string): (() => Promise<Release>) => {
  let number = 0
  return async () => {
    number += 1
    const image = join(folder, `image-${number}`)
    cpSync(
      number === 1 ? join(repository, 'tests/fixtures/app') : join(folder, `image-${number - 1}`),
      image,
      {
        recursive: true,
        verbatimSymlinks: true,
      },
    )
    if (number === 1) installSeaworthy(image)
    if (number % 2 === 0) addMigration(image, number)
    const port = await freePort()
    return startRelease({ folder, image, port, litestream })
  }
}

const installSeaworthy = (image: string): void => {
  mkdirSync(join(image, 'node_modules'))
  symlinkSync(repository, join(image, 'node_modules', 'seaworthy'))
}

const addMigration = (image: string, number: number): void => {
  const migration = join(image, 'prisma', 'migrations', `202602010000${String(number).padStart(2, '0')}_add`)
  mkdirSync(migration)
  const script = `ALTER TABLE "Row" ADD COLUMN "extra${number}" TEXT;\nCREATE TABLE "Extra${number}" ("id" INTEGER PRIMARY KEY);`
  writeFileSync(join(migration, 'migration.sql'), script)
}

const startRelease = async (place: {
  folder: string
  image: string
  port: number
  litestream: string
}): Promise<Release> => {
  const { folder, image, port, litestream } = place
  const startScript = spawn(process.execPath, [join(image, 'start.js'), 'npm', 'run', 'start'], {
    env: {
      ...process.env,
      ...quietEnvironment,
      SEAWORTHY_HANDOVER: '1',
      SEAWORTHY_VOLUME: join(folder, 'volume'),
      SEAWORTHY_BUCKET_DIR: join(folder, 'bucket'),
      SEAWORTHY_LITESTREAM: litestream,
      SEAWORTHY_LOG: 'json',
      PORT: String(port),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  startScript.stderr?.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  const release = { port, startScript, log: () => log }
  await until(async () => {
    if (startScript.exitCode !== null) throw new Error(log)
    return (await ask(port, 'GET', '')).status === 200
  })
  return release
}

const end = async ({ startScript, log }: Release): Promise<void> => {
  startScript.kill('SIGTERM')
  if (startScript.exitCode === null) await once(startScript, 'exit')
  if (startScript.exitCode !== 0) throw new Error(`It ended with ${startScript.exitCode}:\n${log()}`)
}

const startClient = (port: number) => {
  const seen: Seen = { requests: 0, failed: [], latencies: [], acknowledged: [] }
  const pending = new Set<Promise<void>>()
  const send = async (number: number) => {
    const isWrite = number % 2 === 0
    const text = `write ${number}`
    const began = performance.now()
    const { status } = await ask(port, isWrite ? 'POST' : 'GET', text)
    seen.latencies.push(performance.now() - began)
    if (status === 201) seen.acknowledged.push(text)
    if (status !== 200 && status !== 201) seen.failed.push(`${isWrite ? 'POST' : 'GET'}: ${status}`)
  }
  const timer = setInterval(() => {
    const one = send(seen.requests++)
    pending.add(one)
    one.then(() => pending.delete(one))
  }, 1_000 / perSecond)
  return {
    stop: async () => {
      clearInterval(timer)
      await Promise.all(pending)
      return seen
    },
  }
}

const ask = (port: number, method: string, body: string): Promise<{ status: number }> =>
  new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path: '/rows', agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0 }))
      answer.on('error', () => resolve({ status: 0 }))
    })
    outgoing.on('error', () => resolve({ status: 0 }))
    outgoing.end(method === 'POST' ? body : undefined)
  })

/** Milliseconds from the end of one Litestream to the beginning of the next, at the most: by the logs. */
const withoutLitestream = (old: Release, next: Release): number =>
  timeOf(next, 'replicating') - timeOf(old, 'stopping')

const timeOf = ({ log }: Release, outcome: string): number => {
  const lines = log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  return Date.parse(lines.findLast((line) => line.outcome === outcome)?.time)
}

const compare = async (folder: string, litestream: string, { acknowledged }: Seen) => {
  const volume = join(folder, 'volume')
  const restored = join(folder, 'restored.db')
  const config = join(volume, '.seaworthy', 'litestream.json')
  const database = join(volume, 'dev.db')
  await must({ file: litestream, args: ['restore', '-config', config, '-o', restored, database] })
  const [local, backup] = [rowsOf(database), rowsOf(restored)]
  const kept = new Set(local)
  const head = JSON.parse(readFileSync(join(folder, 'bucket', 'litestream', 'dev.db.head.json'), 'utf8'))
  return {
    lost: acknowledged.filter((text) => !kept.has(text)).length,
    isSame: JSON.stringify(local) === JSON.stringify(backup),
    timeline: head.timeline,
  }
}

const rowsOf = (file: string): string[] => {
  const database = openSqlite(file)
  try {
    return database.all<{ text: string }>('SELECT "text" FROM "Row" ORDER BY "id"').map(({ text }) => text)
  } finally {
    database.close()
  }
}

const report = (found: {
  redeploys: number
  seen: Seen
  gaps: number[]
  rows: { lost: number; isSame: boolean; timeline: number }
}): void => {
  const { redeploys, seen, gaps, rows } = found
  const sorted = seen.latencies.toSorted((a, b) => a - b)
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)
  console.log(
    [
      `${redeploys} redeploys, ${seen.requests} requests, ${seen.failed.length} failed ${seen.failed.join(', ')}`,
      `answered in ${at(0.5)} ms (median), ${at(0.99)} ms (99 %), ${at(1)} ms (the longest)`,
      `${seen.acknowledged.length} writes acknowledged, ${rows.lost} lost; the restored backup ${rows.isSame ? 'equals' : 'DIFFERS FROM'} the database; timeline ${rows.timeline}`,
      `SIGTERM to the next Litestream: ${gaps.map((gap) => `${gap} ms`).join(', ')}`,
    ].join('\n'),
  )
}

const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + 60_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not come about within 60 s')
    await sleep(20)
  }
}

const [, , redeploys = '6', litestream = findLitestream(undefined)] = process.argv
await main(Number(redeploys), litestream)
