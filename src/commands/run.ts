import type { Command } from 'commander'
import { type DatabaseOptions, databaseIn } from '../boot/boot.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import type { Host } from './command-module.ts'

interface RunFlags {
  file?: string
  volume?: string
  env?: string
  schema?: string
  migrations?: string
  /** False: `--no-seed`. */
  seed?: string | false
}

export const register = (command: Command, { ctx }: Host): void => {
  command
    .argument('<command...>', 'what starts the app, after --')
    .option('--file <path>', 'the file that Prisma opens, e.g. prisma/dev.db')
    .option('--volume <folder>', 'mount point of the volume, e.g. /data')
    .option('--env <name>', 'variable that the app takes its database url from')
    .option('--schema <path>', "Prisma's schema, where it is not in its usual place")
    .option('--migrations <folder>', 'folder of the migrations')
    .option('--seed <command>', 'what fills a new database, once')
    .option('--no-seed', 'a new database stays as the migrations make it')
    .addHelpText('after', '\nWhat is not given is determined from the source in this folder.')
    .action(async (words: string[], flags: RunFlags) => {
      const { options, migrations, seed } = await settle(flags, ctx)
      const db = databaseIn(ctx.cwd, options, words)
      await db.link()
      await db.restore()
      await db.migrate(migrations)
      await db.seed(seed)
      await db.replicate()
      await db.launch()
    })
}

interface RunSettings {
  options: DatabaseOptions
  migrations: string
  seed?: string
}

/** The source is read only where the options leave something open: a start pays for what it uses. */
const settle = async (flags: RunFlags, ctx: Context): Promise<RunSettings> => {
  const { file, volume, migrations, seed, env, schema } = flags
  if (file && volume && migrations && seed !== undefined)
    return {
      options: { file, volume, ...optional({ env, schema }) },
      migrations,
      ...optional({ seed: seed || undefined }),
    }
  const found = await determine(ctx)
  const database = found.database
  if (!database && !file) throw usageError('No SQLite database was found in this folder.', nameIt)
  return {
    options: {
      file: file ?? database?.file ?? '',
      ...optional({ prisma: database?.folder }),
      volume: volume ?? found.volume?.destination ?? '/data',
      ...optional({ env: env ?? database?.env ?? undefined, schema }),
    },
    migrations: migrations ?? database?.migrations.dir ?? 'prisma/migrations',
    ...optional({ seed: seed === false ? undefined : (seed ?? database?.seed ?? undefined) }),
  }
}

const nameIt = 'Name it: seaworthy run --file prisma/dev.db -- npm start'

const determine = async (ctx: Context) => {
  const { planOf, readProject } = await import('./project.ts')
  return planOf(readProject('.', ctx))
}

const optional = <Values extends Record<string, unknown>>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
