import { setTimeout as sleep } from 'node:timers/promises'
import { folderBucket } from '../../src/bucket/folder.ts'
import { openSqlite } from '../../src/sqlite/driver.ts'
import type { Row } from './examples.ts'

export const listRows = async (url: string): Promise<Row[]> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`GET ${url} was answered with ${response.status}`)
  return (await response.json()) as Row[]
}

export const addRow = async (url: string, row: Row): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(row),
  })
  if (response.status !== 201) throw new Error(`POST ${url} was answered with ${response.status}`)
  await response.body?.cancel()
}

/** Nothing listens any more. */
export const isDead = async (url: string): Promise<boolean> => {
  try {
    await fetch(url)
    return false
  } catch {
    return true
  }
}

const quietMs = 500
const patienceMs = 10_000

/**
 * Waits until the bucket has got something since this moment and then nothing more: Litestream looks every 100 ms.
 *
 * @returns milliseconds from then to the newest object.
 */
export const untilBackedUp = async (directory: string, since: number): Promise<number> => {
  const bucket = folderBucket({ kind: 'folder', directory })
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50)) {
    const objects = await bucket.list('litestream/')
    // The head changes with every renewal of the lease; it is no part of the backup.
    const times = objects
      .filter(({ key }) => !key.endsWith('.head.json'))
      .map(({ modified }) => modified.getTime())
    const newest = Math.max(0, ...times)
    if (newest >= since && Date.now() - newest > quietMs) return newest - since
  }
  throw new Error(`Nothing has reached the bucket within ${patienceMs / 1000} s`)
}

/** The names in Prisma's history of migrations, each as often as it was applied. */
export const appliedMigrations = (file: string): string[] => {
  const database = openSqlite(file, { readOnly: true })
  try {
    const rows = database.all<{ migration_name: string }>('SELECT migration_name FROM _prisma_migrations')
    return rows.map(({ migration_name }) => migration_name).sort()
  } finally {
    database.close()
  }
}
