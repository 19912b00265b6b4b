import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Migrations by name; what follows each other in one app. */
export type Scripts = Record<string, string>

const repository = join(import.meta.dirname, '..', '..')

/** The migrations of an example app. */
export const exampleScripts = (app: string): Scripts => {
  const folder = join(repository, 'examples', app, 'prisma', 'migrations')
  const names = readdirSync(folder).filter((name) => name !== 'migration_lock.toml')
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name, 'migration.sql'), 'utf8')]),
  )
}

const family = `
CREATE TABLE "Parent" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "Child" ("id" INTEGER PRIMARY KEY, "parent" INTEGER REFERENCES "Parent" ("id") ON DELETE CASCADE);
INSERT INTO "Parent" VALUES (1), (2), (3);
INSERT INTO "Child" VALUES (10, 1), (20, 2), (30, 3);
`

const redefineParent = `
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Parent" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL DEFAULT 'none');
INSERT INTO "new_Parent" ("id") SELECT "id" FROM "Parent";
DROP TABLE "Parent";
ALTER TABLE "new_Parent" RENAME TO "Parent";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`

/** What Prisma writes, and what people write by hand. */
export const awkward: Record<string, Scripts> = {
  'a table redefined under its children': { '1': family, '2': redefineParent },
  'rows deleted before and behind a redefined table': {
    '1': family,
    '2': `DELETE FROM "Parent" WHERE id = 1;${redefineParent}DELETE FROM "Parent" WHERE id = 2;`,
  },
  'rows deleted with their children': { '1': family, '2': 'DELETE FROM "Parent" WHERE "id" < 3;' },
  'views, triggers and indexes': {
    '1': family,
    '2': `
      CREATE VIEW "Names" AS SELECT "id" FROM "Parent";
      CREATE TABLE "Log" ("text" TEXT);
      CREATE TRIGGER "grow" AFTER INSERT ON "Parent" BEGIN
        INSERT INTO "Log" VALUES ('parent; ' || NEW."id");
      END;
      CREATE UNIQUE INDEX "Log_text" ON "Log" ("text") WHERE "text" IS NOT NULL;
      INSERT INTO "Parent" VALUES (4);`,
  },
  'settings of the database': { '1': `PRAGMA user_version = 7; PRAGMA application_id = 8;${family}` },
  'a script of comments': { '1': family, '2': '-- This is an empty migration.\n', '3': '/* nothing */' },
  'a script without a newline or a last semicolon': { '1': 'CREATE TABLE "A" ("x" TEXT)' },
  'texts with semicolons and quotes': {
    '1': `CREATE TABLE "A" ("x" TEXT); INSERT INTO "A" VALUES ('PRAGMA foreign_keys=OFF; --'), ('it''s'), ('ü');`,
  },
}

/** What SQLite does not do inside a transaction. */
export const bare: Record<string, Scripts> = {
  'a vacuum': { '1': family, '2': 'VACUUM;' },
  'a vacuum behind a change': { '1': family, '2': 'DELETE FROM "Parent"; VACUUM;' },
  'a transaction of its own': {
    '1': family,
    '2': 'BEGIN; INSERT INTO "Parent" VALUES (4); COMMIT; INSERT INTO "Parent" VALUES (5);',
  },
  'a journal mode': { '1': family, '2': 'PRAGMA journal_mode = WAL; INSERT INTO "Parent" VALUES (4);' },
  'a synchronous mode': { '1': family, '2': 'PRAGMA synchronous = OFF; INSERT INTO "Parent" VALUES (4);' },
}
