import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import type { DatabasePlan, DeployPlan } from '../../plan/plan-types.ts'
import { assertPortFree } from './address.ts'
import { alone } from './alone.ts'
import { prepareBackup } from './backup.ts'
import { machineEnvironment } from './environment.ts'
import { runningPart, stopMachine } from './machine.ts'
import type { LocalPaths } from './paths.ts'
import { type MachineRecord, readRecord } from './record.ts'
import { makeRelease, removeReleases } from './release.ts'
import { runMachine } from './run-machine.ts'

/** An app as `launch` has left it. */
export interface LaunchedApp {
  /** Absolute path. */
  root: string
  plan: DeployPlan
}

/**
 * Makes a release, and puts a machine that runs it in place of the present one.
 *
 * @param port TCP port; by default the last machine's, or the plan's.
 * @throws SeaworthyError `SW-LOCAL-NOT-LAUNCHED`, `SW-LOCAL-BUSY`, `SW-PORT-IN-USE`, `SW-BUCKET-SECRETS`,
 * `SW-BUILD-FAILED`, and those of `runMachine`.
 */
export const deploy = (app: LaunchedApp, port: number | undefined, ctx: Context): Promise<void> => {
  const { script, database } = launchedParts(app)
  return alone(app.root, async (paths) => {
    const record = readRecord(paths)
    const chosenPort = port ?? record?.port ?? app.plan.image.port
    const machine = await prepare({ app, database, paths, record, port: chosenPort }, ctx)
    const began = Date.now()
    const release = await makeRelease(app.root, app.plan, paths, ctx)
    ctx.log(`Built release ${release} (${Date.now() - began} ms)`)
    await stopMachine(paths)
    const words = [script, ...app.plan.image.start]
    await machine.run({ release, words })
    removeReleases(paths, release)
  })
}

/** Starts the machine that was stopped, or has failed, again: the same release. Nothing is done where one runs. */
export const startAgain = (app: LaunchedApp, ctx: Context): Promise<void> => {
  const { database } = launchedParts(app)
  return alone(app.root, async (paths) => {
    const record = readRecord(paths)
    if (record === null || record.state === 'destroyed') throw noMachine()
    if (await runningPart(record)) return
    const machine = await prepare({ app, database, paths, record, port: record.port }, ctx)
    await machine.run(record)
  })
}

interface Preparation {
  app: LaunchedApp
  database: DatabasePlan
  paths: LocalPaths
  record: MachineRecord | null
  port: number
}

interface PreparedMachine {
  run: (job: { release: number; words: string[] }) => Promise<void>
}

/** Settles all that can be wrong before the machine that runs is touched. */
const prepare = async (
  { app: { root, plan }, database, paths, record, port }: Preparation,
  ctx: Context,
): Promise<PreparedMachine> => {
  const isOurs = record?.port === port && (await runningPart(record)) !== null
  if (!isOurs) await assertPortFree(port, ctx)
  const backup = plan.backup && (await prepareBackup(plan.backup, paths, record, ctx))
  const bucket = backup?.bucket ?? null
  const env = machineEnvironment({ root, paths, database, port, backup }, ctx.env)
  return {
    run: async ({ release, words }) => {
      mkdirSync(paths.volume, { recursive: true })
      const began = Date.now()
      await runMachine(root, paths, { port, release, words, bucket }, env)
      ctx.log(`Started release ${release} (${Date.now() - began} ms)`)
    },
  }
}

const launchedParts = ({ root, plan }: LaunchedApp): { script: string; database: DatabasePlan } => {
  const { startScript, database } = plan
  if (!startScript || !database || !existsSync(join(root, startScript.file)))
    throw notLaunched(startScript?.file)
  if (!isInstalled(root)) throw notInstalled(plan)
  if (isAbsolute(database.file) && database.env === null) throw absolute(database)
  if (database.folder !== '.') throw outside(database)
  return { script: startScript.file, database }
}

const isInstalled = (root: string): boolean => {
  try {
    return Boolean(createRequire(join(root, 'package.json')).resolve('seaworthy/package.json'))
  } catch {
    return false
  }
}

const notLaunched = (file: string | undefined): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-NOT-LAUNCHED',
    what: file ? `The start script ${file} is not there.` : 'There is no SQLite database to keep.',
    why: 'A machine runs the files that `launch` writes.',
    next: 'npx seaworthy launch',
  })

const notInstalled = ({ image }: DeployPlan): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-NOT-INSTALLED',
    what: 'The dependencies of the app are not installed: seaworthy is not among them.',
    why: 'A machine uses the packages that are installed in the app, and the start script needs seaworthy.',
    next: `${image.packageManager.name} install (and npx seaworthy launch, where package.json does not name seaworthy)`,
  })

const absolute = ({ file }: DatabasePlan): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-ABSOLUTE',
    what: `The app opens its database at ${file}, an absolute path of this computer.`,
    why: 'A machine here shares the paths of this computer, and must not touch what is there.',
    next: 'Take the url from a variable, url = env("DATABASE_URL") in the schema, with file:./dev.db in .env; then deploy again.',
  })

const outside = ({ folder }: DatabasePlan): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-SHARED',
    what: `Prisma's files are in ${folder}, another package of the workspace.`,
    why: "A machine here runs a copy of the app's folder alone.",
    next: 'With Docker: npx seaworthy launch --target compose --bucket-server',
  })

const noMachine = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-NO-MACHINE',
    what: 'There is no machine to start.',
    next: 'npx seaworthy local deploy',
  })
