import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../src/sqlite/driver.ts'
import { type Kit, prepareKit } from './kit.ts'
import { above, aboveLeast, type Measured } from './rounds.ts'
import { makeSite, type Site, type Tool } from './site.ts'
import { type Bucket, type Store, startStore } from './store.ts'

/** What all figures are measured on. */
export interface Ground {
  kit: Kit
  store: Store
  /** Databases to start with: migrated only · migrated and seeded · the same with 100 MB of rows. */
  migrated: string
  ready: string
  big: string
  /** A new computer for a contender. */
  site(tool: Tool, bucket?: Bucket | null): Promise<Site>
  remove(): void
}

/** What a figure found: milliseconds, MB or a count, for today's tool and for ours, and the most that ours may need. */
export interface Finding {
  figure: string
  unit: string
  today: number
  ours: number
  target: number
  /** The same from the least times seen, which other work on the machine disturbs less than medians. */
  least?: { today: number; ours: number }
  /** All medians behind it. */
  details: unknown
}

/** A finding about a time, in milliseconds above that of others. */
export const timeFinding = (
  figure: string,
  measured: Measured,
  names: { today: string; ours: string; floor: string[] },
  quantity: 'wall' | 'cpu' | 'gap',
  target: number,
): Finding => {
  const pair = (how: typeof above) => ({
    today: how(measured, names.today, names.floor, quantity),
    ours: how(measured, names.ours, names.floor, quantity),
  })
  const { medians: details } = measured
  return { figure, unit: 'ms', ...pair(above), target, least: pair(aboveLeast), details }
}

export const prepareGround = async (): Promise<Ground> => {
  const kit = await prepareKit()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-versus-')))
  const store = await startStore(join(folder, 'store'))
  let sites = 0
  const site: Ground['site'] = (tool, bucket = null) => {
    const home = join(folder, `site-${++sites}`)
    mkdirSync(home)
    return makeSite(kit, home, tool, bucket)
  }
  const databases = await makeDatabases(folder, await site('app'))
  const remove = () => {
    store.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { kit, store, ...databases, site, remove }
}

const makeDatabases = async (folder: string, site: Site) => {
  const [migrated, ready, big] = ['migrated', 'ready', 'big'].map((name) => join(folder, `${name}.db`)) as [
    string,
    string,
    string,
  ]
  const database = join(site.volume, 'dev.db')
  await site.startOther(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'deploy']).ended()
  copyFileSync(database, migrated)
  await site.startOther(process.execPath, ['prisma/seed.js']).ended()
  copyFileSync(database, ready)
  copyFileSync(database, big)
  fill(big)
  return { migrated, ready, big }
}

const megabytes = 100
const rowBytes = 2_000

// Half of each row is random, half is not: so that it can be compressed by about half, as what people write.
const fill = (file: string): void => {
  const database = openSqlite(file)
  database.exec(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${(megabytes * 1e6) / rowBytes})
    INSERT INTO Entry (text, createdAt, vesselId)
    SELECT hex(randomblob(${rowBytes / 4})) || printf('%.*c', ${rowBytes / 2 - 100}, 'x'), 1770000000000 + n, (SELECT min(id) FROM Vessel) FROM number`)
  database.close()
}
