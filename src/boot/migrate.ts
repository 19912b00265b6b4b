import { dirname, resolve } from 'node:path'
import { reasonOf, SeaworthyError } from '../errors.ts'
import { findPrismaCli, migrateDeployCommand } from '../prisma/cli.ts'
import { applyMigrations, MigrationFailure } from '../prisma/engine.ts'
import {
  type Migration,
  type MigrationStatus,
  migrationStatus,
  readMigrations,
  withoutScript,
} from '../prisma/migrations.ts'
import { withSqlite } from '../sqlite/driver.ts'
import { runChild } from './children.ts'
import type { RunningProcesses } from './leftovers.ts'
import type { Log } from './log.ts'
import { leadTo, type Place } from './place.ts'
import { endMigration, makeRestorePoint, putBack } from './restore-point.ts'
import { isFull, volumeFull } from './volume.ts'

export interface MigrateInput {
  place: Place
  /** The database does not exist yet: it is made beside its place. */
  isNew: boolean
  /** The app of another start writes meanwhile: each migration is one that it can live with (`handover-migrations.ts`). */
  isLive?: boolean
  root: string
  /** Migrations folder, relative to the root. */
  folder: string
  schema: string | undefined
  /** `auto`: the app's own CLI for a database that is there, where it can run; else the built-in engine. */
  engine: 'auto' | 'built-in'
  env: NodeJS.ProcessEnv
  processes: RunningProcesses
  log: Log
}

export type Migrated = { outcome: 'no-migrations' | 'nothing-pending' | 'migrated'; text?: string }

/**
 * Applies what is pending, behind a restore point; with nothing pending it only reads.
 *
 * @throws SeaworthyError `SW-MIGRATIONS-NONE`, `SW-MIGRATE-P3005`, `SW-MIGRATE-P3009`, `SW-MIGRATE-P3015`, `SW-MIGRATE-FAILED`,
 * `SW-VOLUME-FULL`.
 */
export const migrate = async (input: MigrateInput): Promise<Migrated> => {
  const { place, isNew, root, folder, log } = input
  const migrations = readMigrations(resolve(root, folder))
  const bare = withoutScript(resolve(root, folder))
  if (migrations.length === 0 && bare.length === 0) {
    if (isNew) throw noMigrations(folder)
    return { outcome: 'no-migrations', text: `${folder} is empty` }
  }
  const status = isNew
    ? allPending(migrations)
    : withSqlite(place.file, { readOnly: true }, (database) => migrationStatus(database, migrations))
  refuse(status, folder)
  // As Prisma, which reads the scripts of those that are not applied.
  const unreadable = bare.find((name) => !status.missing.includes(name))
  if (unreadable !== undefined) throw noScript(folder, unreadable)
  remark(status, log)
  const { pending } = status
  if (pending[0] === undefined) return { outcome: 'nothing-pending' }
  const { isLive = false } = input
  const point = isNew ? null : await makeRestorePoint(place, pending[0].name, log, isLive)
  const target = isNew ? place.newFile : place.file
  try {
    await apply(input, target, pending)
  } catch (error) {
    if (point !== null && !isLive) {
      await putBack(place, point)
      log({
        level: 'warn',
        step: 'migrate',
        outcome: 'rolled-back',
        text: 'the database is as it was before the migration',
      })
    }
    throw error
  }
  if (point !== null) endMigration(place)
  return { outcome: 'migrated', text: pending.map(({ name }) => name).join(', ') }
}

const apply = async (input: MigrateInput, target: string, pending: readonly Migration[]): Promise<void> => {
  const { place, root, schema, env } = input
  const url = leadTo(place, target)
  // Where nothing can be lost there is no reason to pay for the CLI: 700 ms and 140 MB.
  const cli = input.engine === 'auto' && !input.isNew && !input.isLive ? findPrismaCli(root, env) : null
  if (cli === null) return applyBuiltIn(place, target, pending)
  const command = migrateDeployCommand(cli, root, schema, url)
  const { code, stdout, stderr } = await runChild(command, {
    processes: input.processes,
    stallMs: cliStallMs,
  })
  if (code !== 0) throw migrationFailed(place, `${stdout}\n${stderr}`.trim())
}

// A migration of a large table is silent for as long as it takes.
const cliStallMs = 3_600_000

const applyBuiltIn = (place: Place, target: string, pending: readonly Migration[]): void => {
  try {
    applyMigrations(target, pending)
  } catch (error) {
    if (!(error instanceof MigrationFailure)) throw error
    // The words of Prisma's own P3018.
    throw migrationFailed(place, `Migration name: ${error.migration}\nDatabase error: ${reasonOf(error)}`)
  }
}

const allPending = (pending: Migration[]): MigrationStatus => ({
  pending,
  edited: [],
  missing: [],
  failed: [],
  isUnmanaged: false,
})

const remark = ({ edited, missing }: MigrationStatus, log: Log): void => {
  const warn = (text: string) => log({ level: 'warn', step: 'migrate', outcome: 'warning', text })
  if (edited.length > 0) warn(`changed after they were applied: ${edited.join(', ')}`)
  if (missing.length > 0) warn(`applied, and no longer in the migrations folder: ${missing.join(', ')}`)
}

const refuse = ({ failed, isUnmanaged }: MigrationStatus, folder: string): void => {
  const [name] = failed
  if (name !== undefined) {
    throw new SeaworthyError({
      code: 'SW-MIGRATE-P3009',
      what: `The migration ${name} failed earlier and is neither finished nor rolled back (Prisma's P3009).`,
      why: 'Prisma applies no further migration until somebody has said which of the two it is.',
      next: `npx prisma migrate resolve --rolled-back ${name} (to apply it again), or --applied ${name} (when its changes are all there).`,
    })
  }
  if (isUnmanaged) {
    throw new SeaworthyError({
      code: 'SW-MIGRATE-P3005',
      what: "The database has tables, and no history of migrations (Prisma's P3005).",
      why: `It was made without the migrations of ${folder}, by "prisma db push" for instance.`,
      next: 'Say which migrations it already has: npx prisma migrate resolve --applied <name>, once for each.',
    })
  }
}

const noMigrations = (folder: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-MIGRATIONS-NONE',
    what: `There is no migration in ${folder}, and no database yet.`,
    why: 'A new database is made by the migrations; without one it would stay empty.',
    next: 'Make the first one on your machine and commit it: npx prisma migrate dev --name init',
  })

const noScript = (folder: string, name: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-MIGRATE-P3015',
    what: `The folder ${folder}/${name} has no migration.sql (Prisma's P3015).`,
    why: 'A migration is a folder with its script: the script was left out of the image, or the folder was left behind.',
    next: `Put the script back (git status ${folder}), or remove the folder: rmdir ${folder}/${name}`,
  })

const migrationFailed = (place: Place, output: string): SeaworthyError =>
  isFull(output)
    ? volumeFull(dirname(place.file), undefined, output)
    : new SeaworthyError({
        code: 'SW-MIGRATE-FAILED',
        what: 'A migration failed to apply.',
        why: output,
        next: 'Correct the migration and deploy again; nothing of it is left in the database.',
      })
