import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../tests/support/free-port.ts'
import { goBinary } from '../tests/support/litestreams.ts'
import { waitUntil } from '../tests/support/s3-server.ts'

/** An S3 server (versitygw) on loopback, whose buckets are folders. */
export interface Store {
  /** A new bucket, empty or with the contents of another one. */
  bucket(like?: Bucket): Bucket
  stop(): void
}

export interface Bucket {
  name: string
  /** The five secrets. */
  env: Record<string, string>
  /** Waits until there is a backup and nothing has been written for a while. */
  quiet(): Promise<void>
  remove(): Promise<void>
}

const keys = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'benchmark' }
const quietMs = 1_500

export const startStore = async (folder: string): Promise<Store> => {
  const binary = goBinary('versitygw')
  if (binary === undefined) {
    throw new Error('No versitygw: go install github.com/versity/versitygw/cmd/versitygw@latest')
  }
  const [objects, meta] = [join(folder, 'objects'), join(folder, 'meta')]
  for (const each of [objects, meta]) mkdirSync(each, { recursive: true })
  const port = await freePort()
  // Stores keep connections; this one must be asked to.
  const child = spawn(
    binary,
    ['--keep-alive', '--port', `127.0.0.1:${port}`, 'posix', '--sidecar', meta, objects],
    {
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        ROOT_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY,
      },
    },
  )
  const endpoint = `http://127.0.0.1:${port}`
  await waitUntil(() => fetch(endpoint).then(() => true))
  let count = 0
  return {
    bucket: (like) => {
      const name = `bucket-${++count}`
      mkdirSync(join(objects, name))
      for (const each of [objects, meta]) {
        if (like !== undefined && existsSync(join(each, like.name))) {
          cpSync(join(each, like.name), join(each, name), { recursive: true })
        }
      }
      return {
        name,
        env: { ...keys, AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: 'us-east-1', BUCKET_NAME: name },
        quiet: () => untilQuiet(join(objects, name)),
        remove: async () => {
          // The server may still be writing what a killed client sent.
          const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }
          for (const each of [objects, meta]) await rm(join(each, name), options)
        },
      }
    },
    stop: () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const untilQuiet = async (folder: string): Promise<void> => {
  const backup = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      // The lease is renewed all the time; it is no part of the backup.
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.head.json'))
      .map(
        ({ parentPath, name }) =>
          `${name} ${statSync(join(parentPath, name), { throwIfNoEntry: false })?.size}`,
      )
  let seen = ''
  for (let since = Date.now(); seen === '' || Date.now() - since < quietMs; await sleep(100)) {
    const now = backup().join('\n')
    if (now !== seen) since = Date.now()
    seen = now
  }
}

/** What passed through a counter, by the request's method; bytes of the bodies sent to the store. */
export type Counts = Record<string, { requests: number; bytes: number }>

/** Stands before a store and counts. */
export const startCounter = async (
  bucket: Bucket,
): Promise<{ bucket: Bucket; take(): Counts; stop(): void }> => {
  let counts: Counts = {}
  const server = createServer((incoming, answer) => {
    const { method = '', url, headers } = incoming
    counts[method] ??= { requests: 0, bytes: 0 }
    const count = counts[method]
    count.requests++
    const { expect: _, ...rest } = headers
    const target = new URL(url ?? '/', bucket.env.AWS_ENDPOINT_URL_S3)
    // The host stays as the client signed it.
    const outgoing = httpRequest(target, { method, headers: rest }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.on('data', (chunk: Buffer) => {
      count.bytes += chunk.length
    })
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    bucket: { ...bucket, env: { ...bucket.env, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` } },
    take: () => {
      const taken = counts
      counts = {}
      return taken
    },
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
