import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { freePort } from './free-port.ts'

/** A proxy as it stands before releases: new requests go to one of them, those under way stay where they are. */
export interface SwitchingProxy {
  port: number
  switchTo(port: number): void
  /** Requests that are under way to a release. */
  underWay(port: number): number
  close(): void
}

export const startProxy = async (): Promise<SwitchingProxy> => {
  let target = 0
  const underWay = new Map<number, number>()
  const count = (port: number, by: number) => underWay.set(port, (underWay.get(port) ?? 0) + by)
  const server = createServer((incoming, outgoing) => {
    const port = target
    count(port, 1)
    const { method, url: path, headers } = incoming
    const upstream = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.writeHead(502).end())
    upstream.on('close', () => count(port, -1))
    incoming.pipe(upstream)
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port,
    switchTo: (next) => {
      target = next
    },
    underWay: (release) => underWay.get(release) ?? 0,
    close: () => server.close(),
  }
}
