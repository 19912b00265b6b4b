import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { dump, inspect, restoredFrom } from './database-check.ts'
import { type Host, type Machine, newHost } from './machine.ts'
import { waitUntil } from './s3-server.ts'

type Env = Record<string, string | undefined>

/** Two releases of an app that follow each other on one volume, each with an image and a port of its own. */
export interface Releases {
  /** Where the volume and the bucket are. */
  host: Host
  old(env?: Env): Machine
  next(env?: Env): Machine
  /** What is started after a crash: the old release, once more. */
  again(env?: Env): Machine
  /** Adds a migration to the image of the next release. */
  addMigration(name: string, script: string): void
}

export const newReleases = async (litestream: string): Promise<Releases> => {
  const [host, next, third] = [await newHost(), await newHost(), await newHost()]
  for (const { image } of [host, next, third]) chmodSync(dirname(image), 0o755)
  const env = { SEAWORTHY_HANDOVER: '1', SEAWORTHY_LEASE_TTL: '30', SEAWORTHY_LITESTREAM: litestream }
  const places = { SEAWORTHY_VOLUME: host.volume, SEAWORTHY_BUCKET_DIR: host.bucketDir }
  return {
    host,
    old: (more = {}) => host.start({ ...env, ...more }),
    next: (more = {}) => next.start({ ...env, ...places, ...more }),
    again: (more = {}) => third.start({ ...env, ...places, ...more }),
    addMigration: (name, script) => {
      const folder = join(next.image, 'prisma/migrations', name)
      mkdirSync(folder)
      writeFileSync(join(folder, 'migration.sql'), script)
    },
  }
}

/** Waits until the machine has logged this, and says what it logged instead. */
export const says = (machine: Machine, outcome: string): Promise<void> =>
  waitUntil(() => machine.log.some((line) => line.outcome === outcome), 60_000).catch((error) => {
    throw new Error(`${outcome}: ${error.message}\n${machine.output()}`)
  })

/** How many Litestreams run on the volume, whoever started them. */
export const litestreamsOn = ({ volume }: Host): number =>
  readdirSync('/proc').filter((name) => {
    const words = /^\d+$/.test(name) ? commandLine(name) : []
    return words.includes('replicate') && words.includes(join(volume, '.seaworthy', 'litestream.json'))
  }).length

const commandLine = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** A client that writes all the time, to whichever machine answers, and keeps what was acknowledged. */
export interface Client {
  acknowledged: string[]
  /** The most Litestreams that it has seen at a time. */
  readonly litestreams: number
  /** Waits for so many writes more. */
  goesOn(by?: number): Promise<void>
  stop(): Promise<void>
}

export const newClient = (host: Host, machines: () => Machine[]): Client => {
  const acknowledged: string[] = []
  let isOver = false
  let number = 0
  let litestreams = 0
  const work = async () => {
    while (!isOver) {
      for (const machine of machines()) {
        const text = `write ${number++}`
        if ((await machine.add(text).catch(() => 0)) === 201) acknowledged.push(text)
      }
      litestreams = Math.max(litestreams, litestreamsOn(host))
      await sleep(10)
    }
  }
  const done = work()
  return {
    acknowledged,
    get litestreams() {
      return litestreams
    },
    goesOn: (by = 5) => {
      const before = acknowledged.length
      return waitUntil(() => acknowledged.length >= before + by, 60_000)
    },
    stop: () => {
      isOver = true
      return done
    },
  }
}

/** One Litestream ran at a time; the database is whole, has every write that was acknowledged, and is what the backup gives. */
export const expectSound = async (host: Host, litestream: string, client: Client): Promise<void> => {
  const { acknowledged, litestreams } = client
  expect(litestreams).toBe(1)
  const local = inspect(join(host.volume, 'dev.db'), (database) => ({
    rows: database.all<{ text: string }>('SELECT "text" FROM "Row"').map(({ text }) => text),
    dump: dump(database),
  }))
  const lost = new Set(acknowledged)
  for (const row of local.rows) lost.delete(row)
  expect([...lost]).toEqual([])
  expect(await restoredFrom(host, litestream, dump)).toEqual(local.dump)
}
