import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { findPlace } from '../src/boot/place.ts'
import { endMigration, makeRestorePoint, putBack } from '../src/boot/restore-point.ts'
import { readSettings } from '../src/boot/settings.ts'
import { withSqlite } from '../src/sqlite/driver.ts'

// What a restore point costs a start with a migration, and what going back to it costs one that failed:
//   npx tsx bench/restore-point.ts [MB] [folder on the disk in question]

const megabytes = Number(process.argv[2] ?? 1_000)
const folder = process.argv[3] ?? tmpdir()
const rounds = 3

const main = async (): Promise<void> => {
  const volume = mkdtempSync(join(folder, 'seaworthy-restore-point-'))
  mkdirSync(join(volume, '.seaworthy'))
  const place = findPlace(readSettings({ file: 'dev.db', volume }, volume, {}), {})
  try {
    fill(place.file)
    console.log(`database: ${Math.round(statSync(place.file).size / 1e6)} MB`)
    for (let round = 1; round <= rounds; round++) {
      const made = await timed(() => makeRestorePoint(place, String(round), () => {}))
      const back = await timed(() => putBack(place, made.result))
      endMigration(place)
      console.log(`restore point: ${made.text} · going back: ${back.text}`)
    }
  } finally {
    rmSync(volume, { recursive: true })
  }
}

/** Milliseconds that it took, and the longest that the process answered nobody meanwhile. */
const timed = async <Result>(work: () => Promise<Result>): Promise<{ result: Result; text: string }> => {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const began = performance.now()
  const result = await work()
  const ms = performance.now() - began
  delay.disable()
  return { result, text: `${Math.round(ms)} ms (busy for ${Math.round(delay.max / 1e6)} ms at the most)` }
}

const fill = (file: string): void =>
  withSqlite(file, {}, (database) => {
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE "Big" ("x" BLOB)')
    const row = 'INSERT INTO "Big" VALUES (randomblob(1000000))'
    for (let count = 0; count < megabytes; count++) database.exec(row)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  })

await main()
