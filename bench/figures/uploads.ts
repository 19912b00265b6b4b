import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding, Ground } from '../ground.ts'
import { interleaved, type Sample } from '../rounds.ts'
import type { Tool } from '../site.ts'
import { type Counts, startCounter } from '../store.ts'

/** Milliseconds that the new machine runs; Litestream looks at the database at once and every second. */
const runningMs = 5_000

/** What a redeploy with nothing changed sends to the bucket, the database having 100 MB. */
export const uploads = async (ground: Ground): Promise<Finding[]> => {
  const { medians: details } = await interleaved(1, {
    seaworthy: () => measure(ground, 'seaworthy'),
    peer: () => measure(ground, 'peer'),
  })
  const sent = (name: string) => (details[name]?.bytes ?? Number.NaN) / 1e6
  const figure = 'uploaded by a redeploy of a 100 MB database with nothing changed'
  return [{ figure, unit: 'MB', today: sent('peer'), ours: sent('seaworthy'), target: 0.01, details }]
}

const measure = async (ground: Ground, tool: Tool): Promise<Sample> => {
  const bucket = ground.store.bucket()
  const counter = await startCounter(bucket)
  const site = await ground.site(tool, counter.bucket)
  site.reset(ground.big)
  const old = site.start()
  await old.ready()
  await bucket.quiet()
  const first = total(counter.take())
  await old.stop()
  const stop = total(counter.take())
  const fresh = site.start()
  await fresh.ready()
  const start = total(counter.take())
  await sleep(runningMs)
  await fresh.stop()
  const rest = total(counter.take())
  counter.stop()
  return {
    first: first.bytes,
    bytes: stop.bytes + start.bytes + rest.bytes,
    requestsToStop: stop.requests,
    requestsToAnswer: start.requests,
  }
}

const total = (counts: Counts): { requests: number; bytes: number } => ({
  requests: Object.values(counts).reduce((sum, { requests }) => sum + requests, 0),
  bytes: Object.values(counts).reduce((sum, { bytes }) => sum + bytes, 0),
})
