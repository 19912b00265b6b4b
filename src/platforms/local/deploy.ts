import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import type { DatabasePlan, DeployPlan } from '../../plan/plan-types.ts'
import { takeFileLock } from '../../sqlite/file-lock.ts'
import { assertPortFree } from './address.ts'
import { chosenBucket, machineEnvironment } from './environment.ts'
import { runningPart, stopMachine } from './machine.ts'
import { type LocalPaths, localPaths, makeLocalFolder } from './paths.ts'
import { type MachineRecord, readRecord } from './record.ts'
import { makeRelease, removeReleases } from './release.ts'
import { runMachine } from './run-machine.ts'
import { litestreamFor } from './status.ts'

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
 * @throws SeaworthyError `SW-LOCAL-NOT-LAUNCHED`, `SW-PORT-IN-USE`, `SW-BUILD-FAILED`, and those of `runMachine`.
 */
export const deploy = (app: LaunchedApp, port: number | undefined, ctx: Context): Promise<void> => {
  const { script, database } = launchedParts(app)
  return alone(app, async (paths, record) => {
    const machine = await prepare(app, database, paths, port ?? record?.port ?? app.plan.image.port, ctx)
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
  return alone(app, async (paths, record) => {
    if (record === null || record.state === 'destroyed') throw noMachine()
    if (await runningPart(record)) return
    const machine = await prepare(app, database, paths, record.port, ctx)
    await machine.run(record)
  })
}

interface PreparedMachine {
  run: (job: { release: number; words: string[] }) => Promise<void>
}

/** Settles all that can be wrong before the machine that runs is touched. */
const prepare = async (
  { root }: LaunchedApp,
  database: DatabasePlan,
  paths: LocalPaths,
  port: number,
  ctx: Context,
): Promise<PreparedMachine> => {
  const record = readRecord(paths)
  const isOurs = record?.port === port && (await runningPart(record)) !== null
  if (!isOurs) await assertPortFree(port, ctx)
  const { path: litestream } = await litestreamFor(ctx)
  const bucket = chosenBucket(paths, ctx.env)
  if (bucket.kind === 'folder') makeBucket(paths, record)
  const env = machineEnvironment({ root, paths, database, port, bucket, litestream }, ctx.env)
  return {
    run: async ({ release, words }) => {
      mkdirSync(paths.volume, { recursive: true })
      const began = Date.now()
      await runMachine(root, paths, { port, release, words, bucket }, env)
      ctx.log(`Started release ${release} (${Date.now() - began} ms)`)
    },
  }
}

// A bucket that is gone without having been destroyed must not be taken for an empty one.
const makeBucket = (paths: LocalPaths, record: MachineRecord | null): void => {
  if (record?.bucket?.kind !== 'folder') mkdirSync(paths.bucket, { recursive: true })
  if (existsSync(paths.bucket)) return
  throw new SeaworthyError({
    code: 'SW-LOCAL-BUCKET-GONE',
    what: `The bucket folder ${paths.bucket} is gone.`,
    why: 'It held the backup; a machine would go on without one, or begin with an empty database.',
    next: 'Put it back, or say that its backup is lost: npx seaworthy local destroy bucket --yes',
  })
}

const launchedParts = ({ root, plan }: LaunchedApp): { script: string; database: DatabasePlan } => {
  const { startScript, database } = plan
  if (!startScript || !database || !existsSync(join(root, startScript.file)))
    throw notLaunched(startScript?.file)
  if (!isInstalled(root)) throw notInstalled(plan)
  if (isAbsolute(database.file) && database.env === null) throw absolute(database)
  return { script: startScript.file, database }
}

const isInstalled = (root: string): boolean => {
  try {
    return Boolean(createRequire(join(root, 'package.json')).resolve('seaworthy/package.json'))
  } catch {
    return false
  }
}

/** One deployment of an app at a time. */
const alone = async <Result>(
  { root }: LaunchedApp,
  work: (paths: LocalPaths, record: MachineRecord | null) => Promise<Result>,
): Promise<Result> => {
  const paths = localPaths(root)
  makeLocalFolder(paths)
  const lock = await takeFileLock(paths.lock, 0)
  if (lock === null) throw busy()
  try {
    return await work(paths, readRecord(paths))
  } finally {
    lock.release()
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

const noMachine = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-NO-MACHINE',
    what: 'There is no machine to start.',
    next: 'npx seaworthy local deploy',
  })

const busy = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-BUSY',
    what: 'Another deployment of this app is under way.',
    next: 'Wait for its end, and see what came of it: npx seaworthy local status',
  })
