import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from './machine.ts'

export const steps = ['link', 'restore', 'migrate', 'seed', 'replicate'] as const

/** A start script that dies with all its processes behind the step that CRASH_AFTER names. */
const crashingStart = `
import { readFileSync } from 'node:fs'
import { database } from 'seaworthy/boot'

const { pid } = process
const behind = (step) => {
  if (process.env.CRASH_AFTER !== step) return
  const children = readFileSync('/proc/' + pid + '/task/' + pid + '/children', 'utf8').split(' ')
  for (const child of children.filter((child) => child.trim() !== '')) process.kill(-child, 'SIGKILL')
  process.kill(pid, 'SIGKILL')
}

const db = database({ file: 'prisma/dev.db', volume: '/data' })
await db.link()
behind('link')
await db.restore()
behind('restore')
await db.migrate('prisma/migrations')
behind('migrate')
await db.seed('node prisma/seed.js')
behind('seed')
await db.replicate()
behind('replicate')
await db.launch()
`

/** Three migrations more: rows with a parent, a redefined table in Prisma's way, and one that runs in no transaction. */
const furtherMigrations = {
  '20260201000000_tags': `
CREATE TABLE "Tag" ("id" INTEGER PRIMARY KEY, "row" INTEGER NOT NULL REFERENCES "Row" ("id") ON DELETE CASCADE, "text" TEXT NOT NULL);
WITH RECURSIVE "n" ("id") AS (SELECT 1 UNION ALL SELECT "id" + 1 FROM "n" WHERE "id" < 20000)
INSERT INTO "Tag" SELECT "id", (SELECT min("id") FROM "Row"), hex(randomblob(20)) FROM "n";`,
  '20260202000000_redefine': `
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Row" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "text" TEXT NOT NULL, "note" TEXT NOT NULL DEFAULT '');
INSERT INTO "new_Row" ("id", "text") SELECT "id", "text" FROM "Row";
DROP TABLE "Row";
ALTER TABLE "new_Row" RENAME TO "Row";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;`,
  '20260203000000_vacuum': 'VACUUM;',
}

export const tagsAfterMigrations = 20_000

export const makeCrashing = (host: Host): void => writeFileSync(join(host.image, 'start.js'), crashingStart)

export const addMigrations = (host: Host): void => {
  for (const [name, script] of Object.entries(furtherMigrations)) {
    const folder = join(host.image, 'prisma/migrations', name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'migration.sql'), script)
  }
}

/** The state of a host's volume and bucket, to begin from again and again. */
export interface Snapshot {
  putBack(): void
}

export const snapshot = (host: Host): Snapshot => {
  const pairs = [host.volume, host.bucketDir].map((from) => ({ from, to: `${from}-snapshot` }))
  for (const { from, to } of pairs) cpSync(from, to, { recursive: true })
  return {
    putBack: () => {
      for (const { from, to } of pairs) {
        rmSync(from, { recursive: true })
        cpSync(to, from, { recursive: true })
      }
    },
  }
}
