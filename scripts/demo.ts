import { deepStrictEqual } from 'node:assert'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { bucketSecrets } from '../src/bucket/bucket.ts'
import { type Command, run, show } from '../src/command.ts'
import type { LocalStatus } from '../src/platforms/local/status.ts'
import { type Example, examples } from './demo/examples.ts'
import { addRow, appliedMigrations, isDead, listRows, untilBackedUp } from './demo/observe.ts'

/*
 * An app goes into production on this computer, loses its machine and its volume, and is back with every row.
 * It ends with exit code 0 only if all of that was seen.
 */

const repository = join(import.meta.dirname, '..')
const rowsToAdd = 20

// The machine does not end with this process: after Ctrl-C the step that is under way ends, and what runs is stopped.
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => interruption.abort(new Error(`Stopped by ${signal}.`)))

const main = async (name: string): Promise<void> => {
  const example = examples[name]
  if (!example) {
    console.error(`There is no example ${name}; there are ${Object.keys(examples).join(' and ')}.`)
    process.exitCode = 1
    return
  }
  const began = Date.now()
  const app = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-demo-')))
  try {
    await tell(name, example, app)
    await seaworthy(app, 'local', 'stop')
  } catch (error) {
    await run({ file: process.execPath, args: [ownCli, 'local', 'stop'], cwd: app, env: environment })
    console.error(
      `\n✗ ${error instanceof Error ? error.message : error}\n\nThe app is kept in ${app}\n${logTail(app)}`,
    )
    process.exitCode = 1
    return
  }
  rmSync(app, { recursive: true, force: true })
  console.log(
    `\nAll of it was seen, in ${((Date.now() - began) / 1000).toFixed(1)} s; nothing of it is left behind.`,
  )
}

const tell = async (name: string, { api, row, seedMarks }: Example, app: string): Promise<void> => {
  console.log(`The example ${name}, in ${app}\n`)
  const port = await freePort()
  const volume = join(app, '.seaworthy', 'local', 'volume')
  const deploy = async () => {
    const status: LocalStatus = JSON.parse(
      await seaworthy(app, 'local', 'deploy', '--port', String(port), '--json'),
    )
    return `${status.url}${api}`
  }
  const checkOnce = async (url: string) => {
    const names = readdirSync(join(app, 'prisma', 'migrations'))
      .filter((entry) => /^\d/.test(entry))
      .sort()
    deepStrictEqual(
      appliedMigrations(join(volume, 'dev.db')),
      names,
      'A migration is missing or was applied twice.',
    )
    const rows = await listRows(url)
    for (const [mark, count] of Object.entries(seedMarks)) deepStrictEqual(count(rows), 1, `Not one ${mark}.`)
    return `${names.length} migrations, once each; one ${Object.keys(seedMarks).join(', one ')}`
  }

  const spec = await step('pack seaworthy as npm would publish it', () => prepareApp(name, app))
  await step('install the example (npm ci)', () => npm(app, 'ci', '--no-audit', '--no-fund'))
  await step('seaworthy launch', () => launch(app, spec))
  let url = ''
  await step('seaworthy local deploy', async () => {
    url = await deploy()
    return url
  })
  await step('migrated and seeded, once', () => checkOnce(url))
  let last = 0
  await step(`add ${rowsToAdd} rows through HTTP`, async () => {
    for (let number = 1; number <= rowsToAdd; number++) {
      last = Date.now()
      await addRow(url, row(number))
    }
  })
  const before = await listRows(url)
  await step('wait until the bucket is quiet', async () => {
    const ms = await untilBackedUp(join(app, '.seaworthy', 'local', 'bucket'), last)
    return `it had the last row after ${ms} ms`
  })
  await step('lose the machine (SIGKILL)', async () => {
    await seaworthy(app, 'local', 'destroy', 'machine', '--yes')
    if (!(await isDead(url))) throw new Error('The app still answers, although its machine was destroyed.')
  })
  await step('lose the volume', async () => {
    await seaworthy(app, 'local', 'destroy', 'volume', '--yes')
    if (existsSync(volume)) throw new Error('The volume is still there, although it was destroyed.')
  })
  await step('seaworthy local deploy', async () => {
    url = await deploy()
    return url
  })
  await step('read the rows back through HTTP', async () => {
    deepStrictEqual(await listRows(url), before, 'The rows are not the same as before.')
    return `${before.length} rows, the same`
  })
  await step('still migrated and seeded, once', () => checkOnce(url))
}

/** Copies the example, and packs seaworthy into its folder; gives the tarball's path. */
const prepareApp = async (name: string, app: string): Promise<string> => {
  cpSync(join(repository, 'examples', name), app, {
    recursive: true,
    filter: (path) => !['node_modules', '.seaworthy', 'dev.db'].includes(basename(path)),
  })
  await npm(repository, 'pack', '--pack-destination', app)
  const tarball = readdirSync(app).find((file) => /^seaworthy-.*\.tgz$/.test(file))
  if (!tarball) throw new Error('npm pack has made no tarball.')
  return `./${tarball}`
}

// Before the launch seaworthy is no dependency of the app: npx fetches it, from the tarball as it would by name.
const launch = (app: string, spec: string): Promise<string> =>
  output({
    file: 'npx',
    args: ['--yes', '--package', spec, 'seaworthy', 'launch', '--yes', '--package', spec],
    cwd: app,
  })

const seaworthy = (app: string, ...args: string[]): Promise<string> =>
  output({ file: 'npx', args: ['seaworthy', ...args], cwd: app })

const ownCli = join(repository, 'bin', 'seaworthy.mjs')

// The bucket is a folder here, whatever this shell knows of others. Prisma wants an engine for migrations before it
// generates a client, and would download it; none is started, so that any program will do.
const environment = {
  ...Object.fromEntries(bucketSecrets.map((secret) => [secret, undefined])),
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
}

const npm = async (cwd: string, ...args: string[]): Promise<void> =>
  void (await output({ file: 'npm', args, cwd }))

const output = async (command: Command): Promise<string> => {
  const { code, stdout, stderr } = await run({ ...command, env: environment })
  if (code !== 0) throw new Error(`${show(command)} ended with exit code ${code}:\n${stdout}\n${stderr}`)
  return stdout
}

const step = async <Result>(label: string, work: () => Promise<Result>): Promise<Result> => {
  const began = performance.now()
  const result = await work()
  interruption.signal.throwIfAborted()
  const ms = Math.round(performance.now() - began)
  const remark = typeof result === 'string' && !result.includes('\n') ? `  ${result}` : ''
  console.log(`✓ ${label.padEnd(40)} ${String(ms).padStart(6)} ms${remark}`)
  return result
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(address)))
    })
  })

const logTail = (app: string): string => {
  const file = join(app, '.seaworthy', 'local', 'machine.log')
  return existsSync(file)
    ? `The end of its log:\n${readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')}`
    : ''
}

await main(process.argv[2] ?? 'logbook-prisma6')
