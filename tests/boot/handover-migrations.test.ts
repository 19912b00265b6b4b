import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { whyNotBeside } from '../../src/boot/handover-migrations.ts'
import { applyMigrations } from '../../src/prisma/engine.ts'
import { readMigrations } from '../../src/prisma/migrations.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { project } from '../support/project.ts'

const init = `
  CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "email" TEXT NOT NULL, "name" TEXT);
  CREATE TABLE "Post" ("id" INTEGER PRIMARY KEY, "author" INTEGER REFERENCES "User" ("id"));
  CREATE UNIQUE INDEX "User_email" ON "User" ("email");
  CREATE INDEX "User_name" ON "User" ("name");
  CREATE VIEW "Names" AS SELECT "name" FROM "User";
  CREATE TRIGGER "Named" AFTER INSERT ON "User" BEGIN SELECT 1; END;`

/** What is said of these migrations, on a database that has the first. */
const judge = (...scripts: string[]): string | null => {
  const files = Object.fromEntries(
    scripts.map((script, at) => [`migrations/${at + 2}_next/migration.sql`, script]),
  )
  const root = project({ 'migrations/1_init/migration.sql': init, ...files })
  const file = join(root, 'app.db')
  applyMigrations(file, readMigrations(join(root, 'migrations')).slice(0, 1))
  return whyNotBeside(file, root, 'migrations')
}

describe('migrations that an app of the last release can live with', () => {
  it.each([
    ['none', ''],
    ['comments alone', '-- nothing; really\n/* nothing ; */'],
    [
      'a table with keys, and unique indexes on it',
      'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "u" TEXT UNIQUE); CREATE UNIQUE INDEX "A_u" ON "A" ("u");',
    ],
    ['an index', 'CREATE INDEX "User_name_email" ON "User" ("name", "email");'],
    ['a column that may be null', 'ALTER TABLE "User" ADD COLUMN "age" INTEGER'],
    ['a column with a default', `ALTER TABLE "User" ADD COLUMN "kind" TEXT NOT NULL DEFAULT ';';`],
    [
      'a column that refers to another table',
      'ALTER TABLE "Post" ADD COLUMN "editor" INTEGER REFERENCES "User" ("id") ON DELETE SET NULL;',
    ],
    [
      'several',
      '-- AlterTable\nALTER TABLE "User" ADD COLUMN "a" TEXT;\n\n-- AlterTable\nALTER TABLE "User" ADD COLUMN "b" TEXT;\n',
    ],
  ])('%s', (_name, script) => expect(judge(script)).toBeNull())

  it('that build upon each other', () => {
    expect(judge('CREATE TABLE "A" ("x" TEXT);', 'CREATE UNIQUE INDEX "A_x" ON "A" ("x");')).toBeNull()
  })
})

describe('a database that is refused anyway', () => {
  it.each([
    ['without a history', 'DROP TABLE _prisma_migrations'],
    ['with a migration that failed', 'UPDATE _prisma_migrations SET finished_at = NULL'],
  ])('%s', (_name, change) => {
    const root = project({
      'migrations/1_init/migration.sql': init,
      'migrations/2_x/migration.sql': 'DROP TABLE "Post"',
    })
    const file = join(root, 'app.db')
    applyMigrations(file, readMigrations(join(root, 'migrations')).slice(0, 1))
    withSqlite(file, {}, (database) => database.exec(change))
    expect(whyNotBeside(file, root, 'migrations')).toBeNull()
  })
})

describe('migrations that it cannot live with', () => {
  it.each([
    ['DROP TABLE "Post";', 'drops or renames the table Post'],
    ['ALTER TABLE "Post" RENAME TO "Article";', 'drops or renames the table Post'],
    ['DROP INDEX "User_name";', 'drops or renames the index User_name'],
    ['DROP VIEW "Names";', 'drops or renames the view Names'],
    ['ALTER TABLE "Post" RENAME COLUMN "author" TO "writer";', 'changes the table Post'],
    ['ALTER TABLE "Post" DROP COLUMN "author";', 'changes the table Post'],
    ['CREATE UNIQUE INDEX "User_n" ON "User" ("name");', 'adds a unique index to User'],
    ['CREATE TRIGGER "T" AFTER DELETE ON "User" BEGIN DELETE FROM "Post"; END;', 'adds the trigger T'],
    ['CREATE VIEW "V" AS SELECT 1;', 'adds the view V'],
    [`UPDATE "User" SET "name" = 'x';`, 'changes data or settings'],
    ['DELETE FROM "User" WHERE 0;', 'changes data or settings'],
    ['PRAGMA foreign_keys=OFF;', 'changes data or settings'],
    ['ALTER TABLE "User" ADD COLUMN "a" TEXT; UPDATE "User" SET "a" = "name";', 'changes data or settings'],
    [
      'CREATE TABLE "new_Post" ("id" INTEGER PRIMARY KEY); DROP TABLE "Post"; ALTER TABLE "new_Post" RENAME TO "Post";',
      'drops or renames the table Post',
    ],
    ['CREATE TABLE "User" ("id" INTEGER);', 'fails on the present schema: table "User" already exists'],
    ['SELECT ?;', 'has a statement that takes parameters'],
  ])('%s', (script, reason) => expect(judge(script)).toBe(`2_next ${reason}`))
})
