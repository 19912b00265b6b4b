import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { readSettings } from '../../src/boot/settings.ts'
import { openBucket } from '../../src/bucket/open.ts'
import { run } from '../../src/command.ts'
import { findBackup } from '../../src/litestream/backup.ts'
import { newestGeneration } from '../../src/litestream/generations.ts'
import { openSqlite, type Sqlite } from '../../src/sqlite/driver.ts'
import type { Host } from './machine.ts'
import { waitUntil } from './s3-server.ts'

/**
 * Proves that a database is whole, and hands it over: a copy with its log, since closing the database itself would take
 * its log away, with which Litestream goes on.
 */
export const inspect = <Result>(file: string, use: (database: Sqlite) => Result): Result => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-copy-'))
  const copy = join(folder, 'copy.db')
  for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) cpSync(file + suffix, copy + suffix)
  const database = openSqlite(copy)
  try {
    expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(database.all('PRAGMA foreign_key_check')).toEqual([])
    return use(database)
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
}

/** All that the app's tables hold, as one hash for each table. */
export const dump = (database: Sqlite): Record<string, string> => {
  const tables = database.all<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_litestream%' ESCAPE '\\' ORDER BY name`,
  )
  return Object.fromEntries(
    tables.map(({ name }) => {
      const hash = createHash('sha256')
      for (const row of database.all<Record<string, unknown>>(`SELECT * FROM "${name}" ORDER BY rowid`))
        for (const value of Object.values(row))
          hash.update(value instanceof Uint8Array ? value : String(value)).update('\0')
      return [name, hash.digest('hex')]
    }),
  )
}

/**
 * Restores by hand what the bucket holds on the timeline that the host's last start wrote to; null: nothing whole yet.
 *
 * @param keys of the bucket, where it is no folder.
 */
export const restoredFrom = async <Result>(
  host: Host,
  litestream: string,
  use: (database: Sqlite) => Result,
  keys: Record<string, string | undefined> = {},
): Promise<Result | null> => {
  const config = join(host.volume, '.seaworthy', 'litestream.json')
  const path = replicaPathIn(config)?.replace(`${host.bucketDir}/`, '')
  const { bucket: store } = readSettings({ file: 'dev.db', volume: host.volume }, host.image, {
    SEAWORTHY_BUCKET_DIR: host.bucketDir,
    ...keys,
  })
  if (path === undefined || store === null) return null
  const bucket = await openBucket(store, { timeoutMs: 10_000 })
  const format = await findBackup(bucket, path)
  const generation = await newestGeneration(bucket, path)
  if (format === null || (format === '0.3' && generation === null)) return null

  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-restored-'))
  const output = join(folder, 'restored.db')
  const chosen = generation === null ? [] : ['-generation', generation]
  const args = ['restore', '-config', config, '-o', output, ...chosen, join(host.volume, 'dev.db')]
  try {
    const env = { ...keys, AWS_CA_BUNDLE: undefined }
    const { code, stdout, stderr } = await run({ file: litestream, args, env })
    expect(code, stdout + stderr).toBe(0)
    return inspect(output, use)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// A start that was killed may have left it half written.
const replicaPathIn = (config: string): string | undefined => {
  try {
    return JSON.parse(readFileSync(config, 'utf8')).dbs[0].replicas[0].path
  } catch {
    return undefined
  }
}

/** Waits until a row that the app has acknowledged is in the bucket. */
export const isSaved = (host: Host, litestream: string, text: string): Promise<void> =>
  waitUntil(async () => {
    const sql = 'SELECT "text" FROM "Row" WHERE "text" = ?'
    const found = await restoredFrom(host, litestream, (database) => database.all(sql, text))
    return found !== null && found.length > 0
  })
