import { createServer, type Server } from 'node:net'

/** A TCP port that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const { port, close } = await listenSomewhere()
  await close()
  return port
}

/** Listens on a port that was free, until it is closed. */
export const listenSomewhere = (): Promise<{ port: number; close: () => Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server: Server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'))
      resolve({ port: address.port, close: () => new Promise((done) => server.close(() => done())) })
    })
  })
