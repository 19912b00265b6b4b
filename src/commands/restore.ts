import { posix, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { SeaworthyError, usageError } from '../errors.ts'
import { headOf } from '../ops/history.ts'
import { parseMoment } from '../ops/moment.ts'
import { replaceDatabase } from '../ops/replace.ts'
import { type Restoring, restoreToFile } from '../ops/restore.ts'
import { type SourceOptions, withSource } from '../ops/source.ts'
import { timelineSpans } from '../ops/timelines.ts'
import type { DatabasePlan, DeployPlan } from '../plan/plan-types.ts'
import { surroundings } from '../platforms/local/surroundings.ts'
import { askYesNo } from '../terminal/prompts.ts'
import { spansTable } from '../terminal/spans-table.ts'
import type { Host } from './command-module.ts'
import { planOf, readProject } from './project.ts'

interface RestoreFlags {
  at?: string
  output?: string
  timeline?: number
  replace?: boolean
  list?: boolean
  yes?: boolean
  json?: boolean
}

export const register = (command: Command, { ctx }: Host): void => {
  command
    .argument('[dir]', 'folder of the app', '.')
    .option('--at <moment>', 'ISO 8601, or "10 minutes ago"; the newest state without it')
    .option('--output <file>', 'the new file; its name tells the moment otherwise')
    .option('--timeline <number>', 'the history of another timeline than the current one', asTimeline)
    .option('--replace', 'put it in the place of the database on the volume, while no machine runs')
    .option('--list', 'what can be restored; nothing is written')
    .option('--yes', 'ask nothing')
    .option('--json', 'print the outcome as JSON')
    .action((dir: string, flags: RestoreFlags) =>
      flags.list ? list(dir, flags, ctx) : restore(dir, flags, ctx),
    )
}

const list = async (dir: string, flags: RestoreFlags, ctx: Context): Promise<void> => {
  const { options } = readApp(dir, ctx)
  const { location, path, spans } = await withSource(options, async ({ remote }) => ({
    location: remote.bucket.location,
    path: remote.config.path,
    spans: await timelineSpans(remote, await headOf(remote)),
  }))
  ctx.out(
    flags.json
      ? JSON.stringify({ version: 1, bucket: location, path, timelines: spans }, null, 2)
      : `${path} in ${location}\n\n${spansTable(spans)}`,
  )
}

const restore = async (dir: string, flags: RestoreFlags, ctx: Context): Promise<void> => {
  if (flags.replace && flags.output)
    throw usageError('--replace and --output exclude each other.', 'Leave one of them out.')
  const app = readApp(dir, ctx)
  const moment = flags.at === undefined ? null : parseMoment(flags.at, new Date())
  const restoring: Restoring = { moment, timeline: flags.timeline ?? null }
  const restored = flags.replace
    ? await replace(app, restoring, flags, ctx)
    : await restoreToFile(app.options, restoring, outputOf(app.options, moment, flags, ctx))
  if (flags.json) return ctx.out(JSON.stringify({ version: 1, ...restored }, null, 2))
  ctx.out(
    `${restored.file}: the database ${moment ? `as of ${moment.toISOString()}` : 'in its newest state'}, from timeline ${restored.timeline}, checked.`,
  )
  if (restored.setAside) ctx.out(`The one that was there: ${restored.setAside}`)
}

const replace = async ({ options, volume }: App, restoring: Restoring, flags: RestoreFlags, ctx: Context) => {
  const loss = `The database on the volume ${volume} is replaced${restoring.moment ? ` by its state of ${restoring.moment.toISOString()}` : ''}; it is kept aside.`
  if (!flags.yes && !(ctx.isInteractive && !flags.json && (await askYesNo(`${loss} Go on?`))))
    throw new SeaworthyError({
      code: 'SW-CONFIRM',
      what: 'Nothing was replaced: nobody said yes.',
      why: loss,
      next: 'The same with --yes; without --replace it is written to a new file.',
    })
  return replaceDatabase({ ...options, volume }, restoring, ctx.log)
}

interface App {
  options: Omit<SourceOptions, 'volume'>
  volume: string
}

const readApp = (dir: string, ctx: Context): App => {
  const project = readProject(dir, ctx)
  const plan = planOf(project)
  const { path, name } = databaseOf(plan)
  const { volume, env } = surroundings(project.root, ctx.env)
  const mount = plan.volume?.destination ?? '/data'
  return {
    options: { root: project.root, name: volume === null ? posix.relative(mount, path) : name, env },
    volume: volume ?? mount,
  }
}

const databaseOf = ({ database }: DeployPlan): DatabasePlan => {
  if (database) return database
  throw usageError('No SQLite database of Prisma was found in this folder.', 'Name the folder of the app.')
}

const outputOf = (
  { name }: { name: string },
  moment: Date | null,
  { output }: RestoreFlags,
  ctx: Context,
): string => {
  if (output !== undefined) return resolve(ctx.cwd, output)
  const time = (moment ?? new Date()).toISOString().slice(0, 19).replaceAll(':', '-')
  const [, base = name, ending = ''] = /^(.+?)(\.[^.]*)?$/.exec(name.split('/').at(-1) ?? name) ?? []
  return resolve(ctx.cwd, `${base}-${time}Z${ending}`)
}

const asTimeline = (text: string): number => {
  const id = Number(text)
  if (Number.isInteger(id) && id > 0) return id
  throw new InvalidArgumentError('A number from 1 on.')
}
