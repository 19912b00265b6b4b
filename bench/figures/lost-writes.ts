import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding, Ground } from '../ground.ts'
import { interleaved, type Sample } from '../rounds.ts'
import type { Tool } from '../site.ts'

const everyMs = 20
const writingMs = 3_000

/** A client writes 50 times a second, the machine is stopped as a host stops it, and then lost with its volume. */
export const lostWrites = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const { medians: details } = await interleaved(Math.ceil(rounds / 2), {
    seaworthy: () => measure(ground, 'seaworthy'),
    peer: () => measure(ground, 'peer'),
  })
  const missing = (name: string) => details[name]?.missing ?? Number.NaN
  const figure = 'acknowledged writes missing after a stop and total loss'
  return [{ figure, unit: '', today: missing('peer'), ours: missing('seaworthy'), target: 0, details }]
}

const measure = async (ground: Ground, tool: Tool): Promise<Sample> => {
  const bucket = ground.store.bucket()
  const site = await ground.site(tool, bucket)
  site.reset(ground.ready)
  const old = site.start()
  await old.ready()
  await bucket.quiet()
  const url = `http://127.0.0.1:${site.port}/api/entries`
  const writer = startWriter(url)
  await sleep(writingMs)
  await old.stop()
  const acknowledged = await writer.end()
  site.reset(null)
  const fresh = site.start()
  await fresh.ready()
  const rows = (await (await fetch(url)).json()) as { text: string }[]
  await fresh.stop()
  const there = new Set(rows.map(({ text }) => text))
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged.filter((text) => !there.has(text)).length,
  }
}

const startWriter = (url: string): { end(): Promise<string[]> } => {
  const acknowledged: string[] = []
  let isOver = false
  const write = async () => {
    for (let number = 1; !isOver; number++) {
      const text = `row ${number}`
      const body = JSON.stringify({ vessel: 'Gull', text })
      const headers = { 'content-type': 'application/json' }
      const status = await fetch(url, { method: 'POST', headers, body }).then(
        (response) => response.status,
        () => 0,
      )
      if (status === 201) acknowledged.push(text)
      await sleep(everyMs)
    }
  }
  const done = write()
  return {
    end: async () => {
      isOver = true
      await done
      return acknowledged
    },
  }
}
