import { setTimeout as sleep } from 'node:timers/promises'
import { caddyfile } from '../../generate/caddyfile.ts'
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
      const reload = inCaddy('caddy', 'reload', '--config', '-', '--adapter', 'caddyfile')
      await must(target, reload, { input: caddyfile(domain, port, address) })
    },
    drained: async (address, timeoutMs) => {
      const deadline = Date.now() + timeoutMs
      const ask = inCaddy('wget', '-qO-', 'http://localhost:2019/reverse_proxy/upstreams')
      while (Date.now() < deadline) {
        const { code, stdout } = await target.run(ask)
        if (code === 0 && underWay(stdout, `${address}:${port}`) === 0) return
        await sleep(500)
      }
    },
  }
}

/** https://caddyserver.com/docs/api, GET /reverse_proxy/upstreams */
const underWay = (answer: string, upstream: string): number => {
  const upstreams: { address: string; num_requests: number }[] = JSON.parse(answer) ?? []
  return upstreams.find(({ address }) => address === upstream)?.num_requests ?? 0
}
