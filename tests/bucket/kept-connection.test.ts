import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { S3Config } from '../../src/bucket/bucket.ts'
import { sendS3 } from '../../src/bucket/s3-request.ts'

const listen = async (answer: RequestListener): Promise<S3Config> => {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const keys = { accessKeyId: 'id', secretAccessKey: 'secret' }
  return { kind: 's3', bucket: 'backups', endpoint: `http://127.0.0.1:${port}`, region: 'auto', ...keys }
}

const ask = (config: S3Config) => sendS3(config, { method: 'PUT', key: 'head.json', body: 'ours' })

it('that the store keeps is used again', async () => {
  const sockets = new Set<Socket>()
  const config = await listen((request, response) => {
    sockets.add(request.socket)
    request.resume().on('end', () => response.end())
  })
  for (let count = 0; count < 3; count++) expect(await ask(config)).toMatchObject({ status: 200 })
  expect(sockets.size).toBe(1)
})

it('that the store has closed meanwhile costs no failure, and one that it never kept does', async () => {
  const served = new Set<Socket>()
  let isDown = false
  const config = await listen((request, response) => {
    if (isDown || served.has(request.socket)) return void request.socket.destroy()
    served.add(request.socket)
    request.resume().on('end', () => response.end())
  })
  for (let count = 0; count < 3; count++) expect(await ask(config)).toMatchObject({ status: 200 })
  expect(served.size).toBe(3)
  isDown = true
  await expect(ask(config)).rejects.toMatchObject({ code: 'SW-BUCKET-UNREACHABLE' })
})
