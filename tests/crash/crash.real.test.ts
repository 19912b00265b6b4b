import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Sqlite } from '../../src/sqlite/driver.ts'
import { addMigrations, makeCrashing, snapshot, steps, tagsAfterMigrations } from '../support/crash.ts'
import { inspect, restoredFrom } from '../support/database-check.ts'
import { litestreams } from '../support/litestreams.ts'
import { contentsOf, entries, Ledger } from '../support/load.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { loseMachine } from '../support/process-tree.ts'
import { type Random, runsOr, seededRandom } from '../support/random.ts'
import { stores } from '../support/stores.ts'

type Env = Record<string, string | undefined>

/** A host, its app that writes all the time, and what it has acknowledged. */
interface World {
  host: Host
  ledger: Ledger
  litestream: string
  /** The keys of the bucket, if it needs any. */
  keys: Env
  start(env?: Env): Machine
}

const newWorld = async (litestream: string, keys: Env): Promise<World> => {
  const host = await newHost()
  const ledger = new Ledger(host)
  makeCrashing(host)
  const common = { SEAWORTHY_LITESTREAM: litestream, SEAWORTHY_LEASE_TTL: '1', LEDGER: ledger.file, ...keys }
  const start = (env: Env = {}) => host.start({ ...common, ...env }, ['node', 'load.js'])
  return { host, ledger, litestream, keys, start }
}

/** A clean life of the app: what it wrote is in the bucket. */
const live = async ({ ledger, start }: World): Promise<void> => {
  const machine = start()
  await machine.reached('launch')
  await ledger.grows(machine, 100)
  expect(await machine.stop(), machine.output()).toBe(0)
}

/** What is brought about before each crash. */
const scenarios: Record<string, (world: World) => Promise<() => void>> = {
  'a first start': async ({ host }) => snapshot(host).putBack,
  'a restoring start': async (world) => {
    await live(world)
    world.host.loseVolume()
    return snapshot(world.host).putBack
  },
  'a migrating start': async (world) => {
    await live(world)
    addMigrations(world.host)
    return snapshot(world.host).putBack
  },
  'an app that runs on and on': async () => () => {},
}

/** All processes die behind a step, or at any moment up to a while after the launch. */
const crash = async ({ start, ledger }: World, random: Random, isRunning: boolean): Promise<string> => {
  const behind = isRunning || random.below(2) === 0 ? null : random.pick(steps)
  if (behind !== null) {
    await start({ CRASH_AFTER: behind }).exited
    return `behind ${behind}`
  }
  const machine = start()
  if (isRunning) await ledger.grows(machine)
  const ms = random.ms(0, isRunning ? 5_000 : 1_200)
  await Promise.race([sleep(ms), machine.exited])
  await loseMachine(machine)
  return `${ms} ms after ${isRunning ? 'the first write' : 'its beginning'}`
}

// A lost host takes along what Litestream had not uploaded: 100 ms by its settings, much more on a busy computer.
const lagMs = 3_000

/** Crashes, loses the volume or not, starts again, and holds what is there against what was acknowledged. */
const crashAndReturn = async (world: World, random: Random, isRunning: boolean): Promise<string> => {
  const { host, ledger, litestream, keys, start } = world
  const when = await crash(world, random, isRunning)
  const killed = Date.now()
  const writes = ledger.writes()
  const acknowledged = writes.at(-1)?.id ?? 0
  const isLost = random.below(3) === 0
  const saved = isLost ? await savedEntries(world) : null
  if (isLost) host.loseVolume()
  const what = `${when}, ${isLost ? 'volume lost' : 'volume kept'}, ${acknowledged} acknowledged`

  const machine = start()
  await machine.reached('launch').catch((error) => {
    throw new Error(`${what}: ${error.message}\n${machine.output()}`)
  })
  await ledger.grows(machine, 20)
  expect(await machine.stop(), `${what}\n${machine.output()}`).toBe(0)

  const found = (ledger.writes()[writes.length]?.id ?? 0) - 1
  const old = writes.findLast(({ time }) => time < killed - lagMs)?.id ?? 0
  if (saved !== null) expect(saved, what).toBeGreaterThanOrEqual(Math.min(old, acknowledged))
  expect(found, what).toBeGreaterThanOrEqual(isLost ? (saved ?? Math.min(old, acknowledged)) : acknowledged)
  // One may have been committed and not yet acknowledged.
  expect(found, what).toBeLessThanOrEqual(acknowledged + 1)

  const local = inspect(join(host.volume, 'dev.db'), (database) => {
    checkMigrations(host, database)
    expect(database.all(`SELECT "id" FROM "Row" WHERE "text" = 'seed'`), what).toHaveLength(1)
    const ids = entries(database)
    expect(ids, what).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1))
    expect(ids.length, what).toBe(ledger.writes().at(-1)?.id)
    return contentsOf(database)
  })
  if (isLost) ledger.forgetLost()
  expect(await restoredFrom(host, litestream, contentsOf, keys), `${what}\n${machine.output()}`).toEqual(
    local,
  )
  return what
}

/** Each one is there whole, and has been applied once. */
const checkMigrations = ({ image }: Host, database: Sqlite): void => {
  const folders = readdirSync(join(image, 'prisma/migrations')).filter((name) => !name.includes('.'))
  const rows = database.all<{ name: string; isWhole: number }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AND rolled_back_at IS NULL AS isWhole
     FROM _prisma_migrations ORDER BY name`,
  )
  expect(rows).toEqual(folders.sort().map((name) => ({ name, isWhole: 1 })))
  if (folders.length > 2) expect(database.all('SELECT "id" FROM "Tag"')).toHaveLength(tagsAfterMigrations)
}

/** How many writes the bucket holds right now; null when that is not known, for it has nothing on this timeline yet. */
const savedEntries = async ({ host, litestream, keys }: World): Promise<number | null> => {
  const isThere = `SELECT 1 FROM sqlite_master WHERE name = 'Entry'`
  return restoredFrom(
    host,
    litestream,
    (database) => (database.get(isThere) ? entries(database).length : 0),
    keys,
  )
}

const cases = litestreams.flatMap((litestream) =>
  stores.flatMap((store) =>
    Object.keys(scenarios)
      // The others begin from a copied folder again and again.
      .filter((scenario) => store.store === 'a folder' || scenario.includes('runs'))
      .map((scenario) => ({ ...litestream, ...store, scenario })),
  ),
)
// All 200 take ten minutes.
const runs = Math.ceil(runsOr(process.env.CI ? 200 : 40) / cases.length)

describe.each(cases)(
  'SIGKILL in $scenario, Litestream $dialect to $store',
  ({ dialect, path, scenario, store, keys }) => {
    it(`leaves nothing half done, ${runs} times`, { timeout: 60_000 + runs * 30_000 }, async () => {
      const random = seededRandom(`crash in ${scenario}, Litestream ${dialect} to ${store}`)
      const world = await newWorld(path, await keys())
      const putBack = await scenarios[scenario]?.(world)
      const written = world.ledger.writes().at(-1)?.id ?? 0
      for (let run = 0; run < runs; run++) {
        putBack?.()
        if (!scenario.includes('runs')) world.ledger.forgetAfter(written)
        console.log(`${run}: ${await crashAndReturn(world, random, scenario.includes('runs'))}`)
      }
    })
  },
)
