import { type ParseArgsConfig, parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

export interface Parsed {
  /** Two words, or one: `apps create`. */
  command: string
  args: string[]
  flags: Record<string, string | boolean | undefined>
}

const text = (short?: string) => ({ type: 'string' as const, ...(short ? { short } : {}) })
const yesNo = (short?: string) => ({ type: 'boolean' as const, ...(short ? { short } : {}) })

const json = { json: yesNo('j') }
const yes = { yes: yesNo('y') }
const app = { app: text('a'), config: text('c') }
const org = { org: text('o') }
const secretFlags = { ...app, detach: yesNo(), stage: yesNo() }
const shadow = Object.fromEntries(
  ['access-key', 'secret-key', 'region', 'endpoint', 'name'].map((name) => [`shadow-${name}`, text()]),
)

/** The flags of flyctl's commands that its versions have in common; tests/platforms/flyctl.real.test.ts asks the real one. */
export const table: Record<string, { args: [least: number, most: number]; flags: Options }> = {
  version: { args: [0, 0], flags: json },
  'auth whoami': { args: [0, 0], flags: json },
  'orgs list': { args: [0, 0], flags: json },
  'platform regions': { args: [0, 0], flags: json },
  'apps list': { args: [0, 0], flags: { ...json, ...org, quiet: yesNo('q') } },
  'apps create': {
    args: [0, 1],
    flags: {
      ...{ ...json, ...org, name: text(), network: text(), 'generate-name': yesNo() },
    },
  },
  status: {
    args: [0, 0],
    flags: { ...json, ...app, all: yesNo(), deployment: yesNo(), watch: yesNo(), rate: text() },
  },
  'machine list': { args: [0, 0], flags: { ...json, ...app, quiet: yesNo('q') } },
  'machine start': { args: [0, 9], flags: app },
  'machine stop': {
    args: [0, 9],
    flags: { ...app, signal: text('s'), timeout: text(), 'wait-timeout': text('w') },
  },
  'machine destroy': {
    args: [0, 9],
    flags: { ...app, force: yesNo('f'), image: text('i') },
  },
  'machine exec': {
    args: [1, 2],
    flags: { ...json, ...app, timeout: text() },
  },
  'volumes list': { args: [0, 0], flags: { ...json, ...app, all: yesNo() } },
  'volumes create': {
    args: [1, 1],
    flags: {
      ...{ ...json, ...yes, ...app, region: text('r'), size: text('s'), count: text('n') },
      ...{ 'snapshot-retention': text(), 'snapshot-id': text() },
      ...{ 'require-unique-zone': yesNo(), 'no-encryption': yesNo() },
    },
  },
  'volumes destroy': { args: [0, 9], flags: { ...yes, ...app } },
  'storage create': {
    args: [0, 9],
    flags: { ...yes, ...app, ...org, ...shadow, name: text('n'), public: yesNo('p') },
  },
  'storage status': { args: [0, 1], flags: { ...yes, ...app } },
  'storage destroy': { args: [0, 1], flags: { ...yes, ...app } },
  'secrets list': { args: [0, 0], flags: { ...json, ...app } },
  'secrets import': { args: [0, 0], flags: secretFlags },
  'secrets unset': { args: [1, 99], flags: secretFlags },
  deploy: {
    args: [0, 1],
    flags: {
      ...{ ...yes, ...app, ha: yesNo(), strategy: text(), dockerfile: text(), ignorefile: text() },
      ...{ image: text('i'), 'remote-only': yesNo(), 'local-only': yesNo(), 'build-only': yesNo() },
      ...{ detach: yesNo(), 'wait-timeout': text(), 'volume-initial-size': text(), now: yesNo() },
    },
  },
}

/** Reads a command line as flyctl does. @throws Error for a command or a flag that flyctl does not have. */
export const parseLine = (argv: string[]): Parsed => {
  const two = argv.slice(0, 2).join(' ')
  const command = two in table ? two : (argv[0] ?? '')
  const row = table[command]
  if (!row) throw new Error(`unknown command "${two}" for "flyctl"`)
  const words = argv.slice(command.split(' ').length)
  const settled = words.filter((word) => isSettled(word, row.flags))
  const { values, positionals } = parseArgs({
    args: words.filter((word) => !settled.includes(word)),
    options: row.flags,
    allowPositionals: true,
  })
  const [least, most] = row.args
  if (positionals.length < least || positionals.length > most)
    throw new Error(`accepts between ${least} and ${most} arg(s), received ${positionals.length}`)
  const said = settled.map((word) => word.slice(2).split('='))
  return {
    command,
    args: positionals,
    flags: {
      ...(values as Parsed['flags']),
      ...Object.fromEntries(said.map(([name, value]) => [name, value === 'true'])),
    },
  }
}

/** `--ha=false`, which Go's flags can say and Node's cannot. */
const isSettled = (word: string, flags: Options): boolean => {
  const [, name = ''] = /^--([\w-]+)=(?:true|false)$/.exec(word) ?? []
  return flags[name]?.type === 'boolean'
}
