import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { litestreams } from './litestreams.ts'
import type { Host } from './machine.ts'
import { waitUntil } from './s3-server.ts'

export interface EarlierMachine {
  add(text: string): Promise<void>
  rows(): Promise<string[]>
  /** As Fly stops a machine: all that runs in it gets the signal. */
  stop(): Promise<void>
}

/** Starts the app through the start script of another tool, with the programs that its image has. */
export const startEarlier = async (
  { image, volume, port }: Host,
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<EarlierMachine> => {
  const programs = join(image, '..', 'programs')
  mkdirSync(programs, { recursive: true })
  const program = (name: string, text: string) => {
    writeFileSync(join(programs, name), text)
    chmodSync(join(programs, name), 0o755)
  }
  program('litestream', `#!/bin/sh\nexec ${litestreams[0]?.path} "$@"\n`)
  program(
    'npx',
    `#!/bin/sh\ncase "$1" in litestream) shift; exec litestream "$@";; esac\nexec ${process.execPath} migrate.mjs\n`,
  )
  writeFileSync(join(image, 'migrate.mjs'), migrate)
  const child = spawn(process.execPath, [join(image, script), 'npm', 'run', 'start'], {
    cwd: image,
    env: {
      HOME: process.env.HOME,
      ...env,
      PATH: `${programs}:${process.env.PATH}`,
      PORT: String(port),
      VOLUME: volume,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  onTestFinished(() => end(child, 'SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text
    })
  const url = `http://127.0.0.1:${port}/rows`
  await waitUntil(async () => (await fetch(url)).ok, 60_000).catch((error) => {
    throw new Error(`${error.message}\n${output}`)
  })
  return {
    add: async (text) => void (await fetch(url, { method: 'POST', body: text })),
    rows: async () => (await fetch(url)).json() as Promise<string[]>,
    stop: () => end(child, 'SIGTERM'),
  }
}

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  process.kill(-child.pid, signal)
  await closed
}

// What `prisma migrate deploy` leaves behind, without its engine.
const migrate = `
import { readdirSync, readFileSync } from 'node:fs'
import { open } from './database.js'
const database = open()
database.exec('PRAGMA journal_mode = WAL')
database.exec('CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)')
for (const name of readdirSync('prisma/migrations').filter((each) => !each.includes('.')).sort()) {
  if (database.prepare('SELECT 1 FROM "_prisma_migrations" WHERE "migration_name" = ?').get(name)) continue
  database.exec(readFileSync('prisma/migrations/' + name + '/migration.sql', 'utf8'))
  database.prepare('INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count") VALUES (?, ?, ?, ?, 1)').run(name, 'x', Date.now(), name)
}
database.close()
`
