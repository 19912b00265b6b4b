import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { backUp } from '../back-up.ts'
import type { Finding, Ground } from '../ground.ts'
import { edit } from '../kit.ts'
import { limitMemory } from '../memory-limit.ts'
import type { Site, Tool } from '../site.ts'

/** MB of memory of the machine to work on, and the limits that are tried: from, to and how finely. */
const wanted = 256
const tried = { from: 48, to: 384, step: 8 }

/** The least memory that a machine needs for each kind of start, under a limit of the kernel. */
export const smallMachine = async (ground: Ground): Promise<Finding[]> => {
  const [ours, today] = [await casesOf(ground, 'seaworthy'), await casesOf(ground, 'peer')]
  const findings: Finding[] = []
  for (const [name, make] of Object.entries(ours)) {
    const details = {
      seaworthy: { least: await leastMemory(make) },
      peer: { least: await leastMemory(today[name]) },
    }
    findings.push({
      figure: `least memory: ${name}`,
      unit: 'MB',
      today: details.peer.least,
      ours: details.seaworthy.least,
      target: wanted,
      details,
    })
  }
  return findings
}

const casesOf = async (ground: Ground, tool: Tool): Promise<Record<string, () => Promise<Site>>> => {
  const { store } = ground
  const backup = await backUp(ground, tool)
  return {
    'warm start': async () => {
      const site = await ground.site(tool, store.bucket())
      site.reset(ground.ready)
      return site
    },
    'first start': () => ground.site(tool, store.bucket()),
    'migration of 100 MB by the CLI': () => withMigration(ground, tool),
    'migration of 100 MB by the built-in engine': async () => {
      const site = await withMigration(ground, tool)
      edit(join(site.root, 'docker-entrypoint.js'), (text) =>
        text.replace(
          "db.migrate('prisma/migrations')",
          "db.migrate('prisma/migrations', { engine: 'built-in' })",
        ),
      )
      return site
    },
    'restore of 100 MB': () => ground.site(tool, store.bucket(backup)),
  }
}

/** A 100 MB database and one more migration than it has. */
const withMigration = async (ground: Ground, tool: Tool): Promise<Site> => {
  const site = await ground.site(tool, ground.store.bucket())
  site.reset(ground.big)
  const folder = join(site.root, 'prisma', 'migrations', '20270101000000_index_entries_by_weather')
  mkdirSync(folder)
  writeFileSync(join(folder, 'migration.sql'), 'CREATE INDEX "Entry_weather_idx" ON "Entry"("weather");\n')
  return site
}

const leastMemory = async (make: (() => Promise<Site>) | undefined): Promise<number> => {
  if (make === undefined) return Number.NaN
  let { from, to } = tried
  while (to - from > tried.step) {
    const middle = (from + to) / 2
    if (await survives(await make(), middle)) to = middle
    else from = middle
  }
  return Math.ceil(to)
}

const survives = async (site: Site, megabytes: number): Promise<boolean> => {
  const limit = limitMemory(megabytes * 1024 * 1024)
  if (limit === null) throw new Error('The kernel lets this user set no limit on memory (control groups).')
  const machine = site.start(limit.around)
  const watch = setInterval(() => limit.killed() > 0 && machine.kill(), 50)
  const isAnswered = await machine.ready().then(
    () => true,
    () => false,
  )
  // Its Litestream takes a snapshot of the whole database now.
  if (isAnswered) await sleep(2_000)
  clearInterval(watch)
  const isWhole = limit.killed() === 0
  await machine.kill()
  await sleep(200)
  limit.remove()
  return isAnswered && isWhole
}
