import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Command, run, show } from '../src/command.ts'
import { findLitestream } from '../src/litestream/binary.ts'

/** The app, prepared for production by either tool, with one and the same node_modules. */
export interface Kit {
  /** As dockerfile-node's Litestream option prepares it. */
  peer: string
  /** As `seaworthy launch` prepares it. */
  ours: string
  /** A folder with the real `litestream` and nothing else, for PATH. */
  programs: string
}

const repository = join(import.meta.dirname, '..')
const example = join(repository, 'examples', 'logbook-prisma6')
const peerTool = '@flydotio/dockerfile@0.7.10'

/** Installs and generates what does not change once for each lock file; seaworthy is always the one that was built last. */
export const prepareKit = async (): Promise<Kit> => {
  const hash = createHash('sha256')
    .update(readFileSync(join(example, 'package-lock.json')))
    .update(peerTool)
  const home = join(tmpdir(), 'seaworthy-versus', hash.digest('hex').slice(0, 12))
  const kit: Kit = { peer: join(home, 'peer'), ours: join(home, 'ours'), programs: join(home, 'programs') }
  if (!existsSync(home)) await makePeer(home)
  installSeaworthy(join(kit.peer, 'node_modules', 'seaworthy'))
  await makeOurs(kit)
  return kit
}

const makePeer = async (home: string): Promise<void> => {
  const making = `${home}.${process.pid}`
  const peer = join(making, 'peer')
  copySources(peer)
  const npm = (...args: string[]) =>
    must({ file: 'npm', args: [...args, '--no-audit', '--no-fund'], cwd: peer })
  await npm('ci')
  await npm('install', '--save-dev', peerTool)
  await must({ file: 'npx', args: ['prisma', 'generate'], cwd: peer })
  await must({ file: 'npx', args: ['dockerfile', '--litestream'], cwd: peer })
  // Last: it installs a package, and with it removes what package.json does not name.
  await npm('install', '--no-save', ...ownDependencies())
  mkdirSync(join(making, 'programs'))
  symlinkSync(findLitestream(undefined), join(making, 'programs', 'litestream'))
  renameSync(making, home)
}

// As an installation from npm would lie there; a link to the repository would resolve its libraries elsewhere.
const installSeaworthy = (target: string): void => {
  if (!existsSync(join(repository, 'dist', 'boot.js'))) throw new Error('Run `npm run build` first.')
  rmSync(target, { recursive: true, force: true })
  for (const part of ['package.json', 'bin', 'dist']) {
    cpSync(join(repository, part), join(target, part), { recursive: true })
  }
}

const makeOurs = async ({ ours, peer }: Kit): Promise<void> => {
  rmSync(ours, { recursive: true, force: true })
  copySources(ours)
  symlinkSync(join(peer, 'node_modules'), join(ours, 'node_modules'))
  edit(join(ours, 'package.json'), (text) =>
    // Named already, it is not installed by `launch`.
    text.replace('"dependencies": {', '"dependencies": {\n    "seaworthy": "*",'),
  )
  const cli = join(ours, 'node_modules', 'seaworthy', 'bin', 'seaworthy.mjs')
  await must({ file: process.execPath, args: [cli, 'launch', '--yes'], cwd: ours })
  await compileRunTime(cli)
}

// What the build of the image does with its last command; here there are no packages to remove.
const compileRunTime = async (cli: string): Promise<void> => {
  const empty = mkdtempSync(join(tmpdir(), 'seaworthy-empty-'))
  await must({ file: process.execPath, args: [cli, 'prune', empty] })
  rmSync(empty, { recursive: true })
}

const copySources = (target: string): void => {
  cpSync(example, target, {
    recursive: true,
    filter: (path) => !['node_modules', '.seaworthy', 'dev.db'].includes(basename(path)),
  })
  writeFileSync(join(target, 'prisma.config.ts'), prismaConfig)
}

// So that Prisma's real CLI migrates with what npm alone has: its native engine is a download of its own.
const prismaConfig = `import { PrismaLibSQL } from '@prisma/adapter-libsql'

export default {
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  migrations: { seed: 'node prisma/seed.js' },
  adapter: async () => new PrismaLibSQL({ url: 'file:./prisma/dev.db' }, { timestampFormat: 'unixepoch-ms' }),
}
`

const ownDependencies = (): string[] => {
  const { optionalDependencies }: { optionalDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  )
  const platform = `${process.platform}-${process.arch}`
  return Object.entries(optionalDependencies)
    .filter(([name]) => !name.startsWith('@flydotio/') || name.endsWith(platform))
    .map(([name, version]) => `${name}@${version}`)
}

/** Rewrites a text file. */
export const edit = (file: string, change: (text: string) => string): void =>
  writeFileSync(file, change(readFileSync(file, 'utf8')))

/** Runs a command of the preparation, which must succeed. */
export const must = async (command: Command): Promise<string> => {
  const env = {
    ...quietEnvironment,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    ...command.env,
  }
  const { code, stdout, stderr } = await run({ ...command, env })
  if (code !== 0) throw new Error(`${show(command)} ended with exit code ${code}:\n${stdout}\n${stderr}`)
  return stdout
}

/**
 * The same surroundings for all: no extra certificates, which cost every Node 65 ms, and no questions to other servers
 * about updates, which would be counted against those that ask.
 */
export const quietEnvironment: Record<string, string | undefined> = {
  NODE_EXTRA_CA_CERTS: undefined,
  AWS_CA_BUNDLE: undefined,
  NODE_OPTIONS: undefined,
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  // `prisma generate` wants an engine for migrations, and starts none.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
}
