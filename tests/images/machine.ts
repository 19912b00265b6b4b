import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import type { LogLine } from '../support/machine.ts'
import { waitUntil } from '../support/s3-server.ts'
import type { Container, ContainerTool } from './container-tool.ts'

/** A container with an empty volume of its own, which has become healthy. */
export interface ImageMachine {
  volume: string
  health: { notes: number; uid: number }
  /** What a step of the start script decided. */
  outcome(step: string): string | undefined
  notes(): Promise<string[]>
  add(text: string): Promise<void>
  stop(): Promise<number>
  output(): string
  /** Everything dies at once, and container and volume are gone. */
  lose(): Promise<void>
}

const patienceMs = 60_000

export const startMachine = async (
  tool: ContainerTool,
  image: string,
  env: Record<string, string>,
): Promise<ImageMachine> => {
  const volume = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-image-volume-')))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const surroundings = { SEAWORTHY_LOG: 'json', SEAWORTHY_LEASE_TTL: '5', PORT: String(port), ...env }
  const container = await tool.start(image, surroundings, volume)
  const lose = async () => {
    await container.destroy()
    rmSync(volume, { recursive: true })
  }
  let health: ImageMachine['health']
  try {
    await untilHealthy(container, `${url}/healthz`)
    health = await get(`${url}/healthz`)
  } catch (error) {
    await lose()
    throw new Error(`The container did not become healthy:\n${container.output()}`, { cause: error })
  }
  return {
    volume,
    health,
    outcome: (step) => linesOf(container).findLast((line) => line.step === step)?.outcome,
    notes: async () => {
      const rows = await get<{ text: string }[]>(`${url}/notes`)
      return rows.map(({ text }) => text)
    },
    add: (text) => post(`${url}/notes`, { text }),
    stop: () => container.stop(),
    output: () => container.output(),
    lose,
  }
}

const untilHealthy = async (container: Container, url: string): Promise<void> => {
  await waitUntil(
    async () => !container.isRunning() || (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok,
    patienceMs,
  )
  if (!container.isRunning()) throw new Error('It has ended.')
}

const linesOf = (container: Container): LogLine[] =>
  container
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{"time"') && line.endsWith('}'))
    .map((line) => JSON.parse(line))

const get = async <Answer>(url: string): Promise<Answer> => (await (await fetch(url)).json()) as Answer

const post = async (url: string, body: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (response.status !== 201) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
}
