import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding, Ground } from '../ground.ts'
import { findByArgument, pssOf, rssOf, treeOf } from '../process-tree.ts'
import { interleaved, type Sample } from '../rounds.ts'
import type { Site } from '../site.ts'

/** Milliseconds after the first answer that belong to the start, and after which it is at rest. */
const startMs = 500
const restMs = 4_000

/** Resident memory of a start's whole tree of processes, and what stays beside the app. */
export const memory = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const { store } = ground
  const sites = {
    app: await ground.site('app'),
    litestream: await ground.site('litestream', store.bucket()),
    seaworthy: await ground.site('seaworthy', store.bucket()),
    peer: await ground.site('peer', store.bucket()),
  }
  for (const site of Object.values(sites)) site.reset(ground.ready)
  const runs = Object.entries(sites).map(([name, site]) => [name, () => measure(site)] as const)
  const { medians: details } = await interleaved(Math.ceil(rounds / 2), Object.fromEntries(runs))
  const peak = (name: string) => (details[name]?.peak ?? 0) - (details.app?.peak ?? 0)
  const beside = (name: string) => details[name]?.beside ?? 0
  return [
    {
      figure: 'peak memory of a warm start, above the app alone',
      unit: 'MB',
      today: peak('peer'),
      ours: peak('seaworthy'),
      target: beside('litestream') + 50,
      details,
    },
    {
      figure: 'memory at rest, everything but the app',
      unit: 'MB',
      today: beside('peer'),
      ours: beside('seaworthy'),
      target: 80,
      details,
    },
  ]
}

const measure = async (site: Site): Promise<Sample> => {
  const machine = site.start()
  const peakSoFar = machine.watchMemory()
  await machine.ready()
  await sleep(startMs)
  const peak = peakSoFar()
  await sleep(restMs)
  const tree = treeOf(machine.pid)
  const app = findByArgument(tree, 'src/server.js')
  const others = tree.filter((pid) => pid !== app)
  const [beside, besideShared] = [rssOf(others), pssOf(others)]
  await machine.stop()
  return { peak, beside, besideShared, processes: tree.length }
}
