import { setTimeout as sleep } from 'node:timers/promises'
import { anyRelease, releasePath } from '../../generate/caddyfile.ts'
import type { ComposePlan } from '../../plan/plan-types.ts'
import { compose, type Docker, must } from './docker.ts'

/** Where Caddy sends requests. */
export interface Traffic {
  /** New requests go to this address; to whoever answers by the name of the service where it is null. */
  sendTo(address: string | null): Promise<void>
  /** Waits until no request is under way to this address, for so long at the most. */
  drained(address: string, timeoutMs: number): Promise<void>
}

/** Null where nothing stands before the app. */
export const trafficOf = (target: Docker, { domain }: ComposePlan, port: number): Traffic | null => {
  if (domain === null) return null
  const inCaddy = (...words: string[]) => compose(target, ['exec', '--no-TTY', 'caddy', ...words])
  return {
    sendTo: async (address) => {
      const input = address === null ? anyRelease(port) : `${address}:${port}`
      // Renamed into its place: Caddy reads it at any moment.
      const write = `cat >${releasePath}.new && mv ${releasePath}.new ${releasePath}`
      await must(target, inCaddy('sh', '-c', write), { input })
    },
    drained: async (address, timeoutMs) => {
      const deadline = Date.now() + timeoutMs
      const ask = inCaddy('cat', '/proc/net/tcp')
      while (Date.now() < deadline) {
        const { code, stdout } = await target.run(ask)
        if (code === 0 && connections(stdout, address, port) === 0) return
        await sleep(500)
      }
    },
  }
}

/** How many there are to this address: each has one request. https://docs.kernel.org/networking/proc_net_tcp.html */
export const connections = (table: string, address: string, port: number): number => {
  const remote = `${hexOf(address)}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , peer, state]) => peer === remote && state === established).length
}

const established = '01'

/** In the byte order of the machine, which for every one that Node runs on but s390x is the smallest first. */
const hexOf = (address: string): string =>
  address
    .split('.')
    .toReversed()
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('')
