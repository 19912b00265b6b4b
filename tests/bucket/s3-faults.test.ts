import { createServer, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Bucket, S3Config } from '../../src/bucket/bucket.ts'
import { s3Bucket } from '../../src/bucket/s3.ts'
import { freePort } from '../support/free-port.ts'

const at = (port: number): Bucket => {
  const config: S3Config = {
    kind: 's3',
    bucket: 'backups',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'key',
    secretAccessKey: 'the-secret',
  }
  return s3Bucket(config, { timeoutMs: 300 })
}

const listening = async (server: Server): Promise<Bucket> => {
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return at(port)
}

const answering = (answer: (response: ServerResponse) => void): Promise<Bucket> => {
  const server = createServer((_, response) => answer(response))
  onTestFinished(() => server.closeAllConnections())
  return listening(server)
}

const page = '<!doctype html><html><body>Sign in to the network</body></html>'

const faults: [fault: string, code: string, open: () => Promise<Bucket>][] = [
  ['a refused connection', 'SW-BUCKET-UNREACHABLE', async () => at(await freePort())],
  [
    'a listener that never answers',
    'SW-BUCKET-UNREACHABLE',
    () => {
      const server = createTcpServer((socket) => onTestFinished(() => void socket.destroy()))
      return listening(server)
    },
  ],
  [
    'an answer that stops in the middle',
    'SW-BUCKET-UNREACHABLE',
    () =>
      answering((response) => {
        response.writeHead(200, { etag: '"e"', 'content-length': 1000 })
        response.write('half')
      }),
  ],
  [
    'a connection that breaks in the middle',
    'SW-BUCKET-UNREACHABLE',
    () =>
      answering((response) => {
        response.writeHead(200, { etag: '"e"', 'content-length': 1000 })
        response.write('half', () => response.destroy())
      }),
  ],
  ['a page with status 200', 'SW-BUCKET-NOT-A-STORE', () => answering((response) => response.end(page))],
  ['an empty answer', 'SW-BUCKET-NOT-A-STORE', () => answering((response) => response.end())],
  [
    'a page with status 404',
    'SW-BUCKET-UNREACHABLE',
    () => answering((response) => response.writeHead(404).end(page)),
  ],
  [
    'a page with status 412',
    'SW-BUCKET-UNREACHABLE',
    () => answering((response) => response.writeHead(412).end(page)),
  ],
  [
    'a page with status 302',
    'SW-BUCKET-UNREACHABLE',
    () => answering((response) => response.writeHead(302, { location: '/login' }).end()),
  ],
  [
    'a store that is overloaded',
    'SW-BUCKET-UNREACHABLE',
    () => answering((response) => response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')),
  ],
]

const acts: [name: string, act: (bucket: Bucket) => Promise<unknown>][] = [
  ['get', (bucket) => bucket.get('key')],
  ['put', (bucket) => bucket.put('key', 'text')],
  ['create', (bucket) => bucket.put('key', 'text', { isAbsent: true })],
  ['list', (bucket) => bucket.list('')],
]

describe.each(faults)('%s', (_, code, open) => {
  it.each(acts)('is a temporary error and never "nothing there": %s', async (__, act) => {
    const error = await act(await open()).then(
      (result) => ({ result }),
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code, exitCode: 75 })
    expect(`${JSON.stringify(error)} ${error}`).not.toContain('the-secret')
  })
})

describe('a listener that never answers', () => {
  it('is given up in time, and the error says so', async () => {
    const bucket = await listening(createTcpServer((socket) => onTestFinished(() => void socket.destroy())))
    await expect(bucket.get('key')).rejects.toMatchObject({ why: 'No answer within 0.3 s.' })
  })
})

describe('what a store answers for good', () => {
  it.each([
    [403, 'AccessDenied', 'SW-BUCKET-DENIED', 1],
    [403, 'SignatureDoesNotMatch', 'SW-BUCKET-DENIED', 1],
    [404, 'InvalidAccessKeyId', 'SW-BUCKET-DENIED', 1],
    [404, 'NoSuchUser', 'SW-BUCKET-DENIED', 1],
    [404, 'NoSuchBucket', 'SW-BUCKET-MISSING', 1],
    [400, 'InvalidRequest', 'SW-BUCKET-REFUSED', 1],
    [403, 'RequestTimeTooSkewed', 'SW-BUCKET-CLOCK', 75],
  ])('%i %s is %s', async (status, code, expected, exitCode) => {
    const bucket = await answering((response) =>
      response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`),
    )
    for (const [, act] of acts) await expect(act(bucket)).rejects.toMatchObject({ code: expected, exitCode })
  })
})
