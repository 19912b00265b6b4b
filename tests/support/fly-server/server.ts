import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Account } from '../flyctl.ts'
import type { Asked } from './asked.ts'
import { graph } from './graph.ts'
import { machines } from './machines.ts'

/** Fly's two interfaces on this machine, for the real flyctl. Gives where they are; a number is a status. */
export const flyServer = async (answer: (request: Asked) => unknown): Promise<string> => {
  const server = createServer(async (request, response) => {
    const given = await asked(request)
      .then(answer)
      .catch((error: Error) => {
        console.error(error)
        return 500
      })
    response.writeHead(typeof given === 'number' ? given : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(typeof given === 'number' ? { error: 'it is so' } : given))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const asked = async (request: IncomingMessage): Promise<Asked> => {
  const { method = '', url: path = '' } = request
  const body = JSON.parse((await text(request)) || '{}')
  const { query = '', variables } = path === '/graphql' ? body : {}
  return { method, path, query, variables: variables ?? {}, body }
}

/** What the servers say of that account, and what they make in it. */
export const serving =
  (account: Account) =>
  (request: Asked): unknown => {
    let given: unknown
    account.change((world) => {
      given = request.query === '' ? machines(world, request) : { data: graph(world, request) }
    })
    return given
  }
