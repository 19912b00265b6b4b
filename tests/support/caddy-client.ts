import { Agent, request } from 'node:https'
import type { ComposeApp } from './compose-app.ts'
import type { Send } from './steady-client.ts'

/** Over TLS, by the certificate that Caddy has given itself for localhost, on connections that are kept. */
export const senderThrough = async ({ docker, ports }: ComposeApp): Promise<Send> => {
  const ca = await docker('compose', 'exec', 'caddy', 'cat', '/data/caddy/pki/authorities/local/root.crt')
  const agent = new Agent({ keepAlive: true, ca })
  return (text) =>
    new Promise((resolve, reject) => {
      const [method, path] = text === null ? ['GET', '/healthz'] : ['POST', '/notes']
      const headers = { 'content-type': 'application/json' }
      const place = { host: 'localhost', port: ports.tls, family: 4 }
      const outgoing = request({ ...place, method, path, headers, agent }, (answer) => {
        answer.resume().on('error', reject)
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      })
      outgoing.on('error', reject)
      outgoing.end(text === null ? undefined : JSON.stringify({ text }))
    })
}
