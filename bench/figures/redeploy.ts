import { setTimeout as sleep } from 'node:timers/promises'
import { type Finding, type Ground, timeFinding } from '../ground.ts'
import { answers } from '../machine.ts'
import { interleaved, type Sample } from '../rounds.ts'
import type { Site } from '../site.ts'

/** A client asks this often. */
const everyMs = 20

/** A machine is stopped and started again in place while a client asks 50 times a second. */
export const redeploy = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const { store } = ground
  const sites = {
    app: await ground.site('app'),
    seaworthy: await ground.site('seaworthy', store.bucket()),
    peer: await ground.site('peer', store.bucket()),
  }
  for (const site of Object.values(sites)) site.reset(ground.ready)
  const runs = Object.entries(sites).map(([name, site]) => [name, () => measure(site)] as const)
  const measured = await interleaved(rounds, Object.fromEntries(runs))
  const figure = "gap seen by a client in a redeploy, above the app's own stop and start"
  const names = { today: 'peer', ours: 'seaworthy', floor: ['app'] }
  return [timeFinding(figure, measured, names, 'gap', 150)]
}

const measure = async (site: Site): Promise<Sample> => {
  const old = site.start()
  await old.ready()
  await sleep(1_500)
  const client = startClient(site.port)
  await sleep(500)
  const began = performance.now()
  const code = await old.stop()
  const stopMs = performance.now() - began
  const fresh = site.start()
  await fresh.ready()
  await sleep(300)
  const { gap, failed } = client.end()
  await fresh.stop()
  return { gap, failed, stop: stopMs, clean: code === 0 ? 1 : 0 }
}

const startClient = (port: number): { end(): { gap: number; failed: number } } => {
  const good: number[] = []
  let failed = 0
  const timer = setInterval(async () => {
    if (await answers(port)) good.push(performance.now())
    else failed++
  }, everyMs)
  return {
    end: () => {
      clearInterval(timer)
      const sorted = good.toSorted((a, b) => a - b)
      const gaps = sorted.map((time, index) => time - (sorted[index - 1] ?? time))
      return { gap: Math.max(...gaps), failed }
    },
  }
}
