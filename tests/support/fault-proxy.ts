import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { sign } from 'aws4'
import type { S3Config } from '../../src/bucket/bucket.ts'
import { freePort } from './free-port.ts'

/** What can go wrong between an app and its store. */
export type Fault = 'refused' | keyof typeof answers

export interface FaultProxy {
  /** Where the store is to be looked for. */
  endpoint: string
  /** From now on: this fault, or null for none; for these requests only. Connections that hang go on hanging. */
  set(fault: Fault | null, isMet?: (request: IncomingMessage) => boolean): Promise<void>
  close(): void
}

/** Seconds that a slow store takes for an answer. */
export const slowSeconds = 4

/** Milliseconds that a store far away takes longer for an answer. */
const farMs = 60

/** Stands in front of a store, and passes everything on until it is told to do otherwise. */
export const startFaultProxy = async (store: S3Config): Promise<FaultProxy> => {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let fault: Fault | null = null
  let isMet = (_: IncomingMessage): boolean => true

  const server = createServer((incoming, outgoing) => {
    const pass = (headers = incoming.headers) => passOn(store.endpoint, incoming, outgoing, headers)
    if (fault === null || fault === 'refused' || !isMet(incoming)) return pass()
    answers[fault](incoming, outgoing, pass, store)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const end = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  await listen()

  return {
    endpoint: `http://127.0.0.1:${port}`,
    set: async (next, which = () => true) => {
      fault = next
      isMet = which
      if (next === 'refused') end()
      else if (!server.listening) await listen()
    },
    close: end,
  }
}

type Answer = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  pass: (headers?: IncomingMessage['headers']) => void,
  store: S3Config,
) => void

const page = '<!doctype html><html><body>Sign in to the network</body></html>'

const says =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  async (incoming, outgoing) => {
    await buffer(incoming).catch(() => {})
    outgoing.writeHead(status, headers).end(body)
  }

const errorOf = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`

const anHourAgo = () => new Date(Date.now() - 3_600_000).toUTCString()

const isConditional = ({ headers }: IncomingMessage) =>
  headers['if-none-match'] !== undefined || headers['if-match'] !== undefined

// They are part of the signature.
const withoutConditions = ({ method, url, headers }: IncomingMessage, store: S3Config) =>
  sign(
    {
      service: 's3',
      region: store.region,
      method: method ?? '',
      host: headers.host ?? '',
      path: url ?? '',
      headers: {
        'X-Amz-Content-Sha256': String(headers['x-amz-content-sha256']),
        'Content-Length': String(headers['content-length']),
      },
    },
    store,
  ).headers as IncomingMessage['headers']

const answers = {
  'black hole': () => {},
  reset: (incoming) => incoming.socket.resetAndDestroy(),
  slow: async (_, outgoing, pass) => {
    await sleep(slowSeconds * 1000)
    if (!outgoing.destroyed) pass()
  },
  // What has been sent arrives, whether or not somebody still waits for the answer.
  far: (incoming, outgoing, _, store) =>
    passOn(store.endpoint, incoming, outgoing, incoming.headers, sleep(farMs)),
  '500': says(500, errorOf('InternalError')),
  '503': says(503, errorOf('SlowDown')),
  '403': says(403, errorOf('AccessDenied')),
  'page with 404': says(404, page),
  'page with 200': says(200, page),
  'empty 200': says(200, ''),
  truncated: async (incoming, outgoing) => {
    await buffer(incoming).catch(() => {})
    outgoing.writeHead(200, {
      etag: '"e"',
      'content-length': '1000',
      'last-modified': new Date().toUTCString(),
    })
    outgoing.write('half', () => outgoing.destroy())
  },
  'clock an hour off': (incoming, outgoing, pass, store) =>
    says(403, errorOf('RequestTimeTooSkewed'), { date: anHourAgo() })(incoming, outgoing, pass, store),
  'missing bucket': says(404, errorOf('NoSuchBucket')),
  'wrong key id': says(404, errorOf('InvalidAccessKeyId')),
  'ignores conditions': (incoming, _, pass, store) =>
    isConditional(incoming) ? pass(withoutConditions(incoming, store)) : pass(),
  'refuses conditions': (incoming, outgoing, pass, store) =>
    isConditional(incoming) ? says(501, errorOf('NotImplemented'))(incoming, outgoing, pass, store) : pass(),
} satisfies Record<string, Answer>

const passOn = (
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  headers: IncomingMessage['headers'],
  mayAnswer = Promise.resolve(),
): void => {
  const { method, url } = incoming
  const forward = request(new URL(url ?? '', target), { method, headers }, async (answer) => {
    await mayAnswer
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  forward.on('error', () => outgoing.destroy())
  incoming.pipe(forward)
}
