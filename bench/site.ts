import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { freePort } from '../tests/support/free-port.ts'
import { edit, type Kit, quietEnvironment } from './kit.ts'
import { type Machine, startMachine } from './machine.ts'
import type { Bucket } from './store.ts'

/** `app`: alone, on a ready database · `litestream`: under Litestream without a script, the floor. */
export type Tool = 'app' | 'litestream' | 'seaworthy' | 'peer'

/** One contender's computer: its copy of the app, its volume and its port. */
export interface Site {
  /** The app's folder. */
  root: string
  volume: string
  port: number
  bucket: Bucket | null
  /** Puts a database on the volume, or empties it. */
  reset(database: string | null): void
  /** @param around words to put before its command, such as those that limit its memory. */
  start(around?: readonly string[]): Machine
  /** Another command in the same surroundings, such as the seed alone. */
  startOther(file: string, args: string[]): Machine
  remove(): void
}

export const makeSite = async (
  kit: Kit,
  folder: string,
  tool: Tool,
  bucket: Bucket | null,
): Promise<Site> => {
  const root = join(folder, 'app')
  const volume = join(folder, 'volume')
  const port = await freePort()
  cpSync(tool === 'seaworthy' ? kit.ours : kit.peer, root, {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules',
  })
  symlinkSync(join(kit.peer, 'node_modules'), join(root, 'node_modules'))
  const database = join(volume, 'dev.db')
  if (tool === 'peer') correctPeer(root, volume)
  if (tool === 'litestream')
    edit(join(root, 'litestream.yml'), (text) => text.replace('/data/dev.db', database))
  const site: Site = {
    root,
    volume,
    port,
    bucket,
    reset: (source) => {
      rmSync(volume, { recursive: true, force: true })
      mkdirSync(volume)
      rmSync(join(root, 'prisma', 'dev.db'), { force: true })
      // The run-times make this link themselves.
      if (tool === 'app' || tool === 'litestream') symlinkSync(database, join(root, 'prisma', 'dev.db'))
      if (source !== null) copyFileSync(source, database)
    },
    start: (around = []) => {
      const [file = '', ...args] = [...around, ...words[tool]]
      return startMachine({ file, args, cwd: root, env: environment(kit, site) }, join(folder, 'log'), port)
    },
    startOther: (file, args) => {
      const command = { file, args, cwd: root, env: environment(kit, site) }
      return startMachine(command, join(folder, 'other-log'), port)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  site.reset(null)
  return site
}

const start = [process.execPath, 'docker-entrypoint.js', 'npm', 'run', 'start']

const words: Record<Tool, string[]> = {
  app: [process.execPath, 'src/server.js'],
  litestream: [
    'litestream',
    'replicate',
    '-config',
    'litestream.yml',
    '-exec',
    `${process.execPath} src/server.js`,
  ],
  seaworthy: start,
  peer: start,
}

// Its paths are those of an image. And it links ./dev.db, which Prisma does not open for this schema: what it wrote to
// would be lost with the machine, and nothing of it backed up.
const correctPeer = (root: string, volume: string): void => {
  edit(join(root, 'docker-entrypoint.js'), (text) =>
    text
      .replace("path.resolve('./dev.db')", "path.resolve('./prisma/dev.db')")
      .replaceAll("'/data/'", `'${volume}/'`)
      .replaceAll("'/data'", `'${volume}'`),
  )
  edit(join(root, 'litestream.yml'), (text) => text.replace('/data', volume))
}

const environment = (kit: Kit, { port, volume, bucket }: Site): Record<string, string> => {
  const env: Record<string, string | undefined> = {
    ...quietEnvironment,
    PATH: [kit.programs, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: process.env.HOME,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    SEAWORTHY_VOLUME: volume,
    // The image's user is not on this computer.
    SEAWORTHY_USER: '0:0',
    SEAWORTHY_LOG: 'json',
    PRISMA_SCHEMA_ENGINE_BINARY: undefined,
    ...bucket?.env,
  }
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
