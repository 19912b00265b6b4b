import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CommandResult } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'

/** What Docker is to print for the command lines that a pattern matches, the first one's; any other ends with 1. */
export type Answers = [pattern: string, stdout: string | object][]

/** A Docker that only answers; `ran` is what it was asked. */
export const dockerThat = (answers: Answers): { run: Context['run']; ran: string[] } => {
  const ran: string[] = []
  return {
    ran,
    run: async ({ args }, options): Promise<CommandResult> => {
      const line = args.join(' ')
      ran.push(line)
      const [, found] = answers.find(([pattern]) => new RegExp(pattern).test(line)) ?? []
      const stdout = typeof found === 'object' ? JSON.stringify(found) : (found ?? '')
      const code = found === undefined ? 1 : 0
      options?.onOutput?.(stdout)
      return { code, stdout, stderr: '', signal: null, isTimedOut: false, isMissing: false }
    },
  }
}

export interface DockerProgram {
  env: Record<string, string>
  /** Process id of the one that hangs. */
  hanging: () => number
}

/** The same as a program on PATH. One that is to print `hang` goes on until a signal ends it, `hang on` until SIGTERM. */
export const dockerProgram = (answers: Answers): DockerProgram => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-docker-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const pidFile = join(folder, 'hanging')
  writeFileSync(
    join(folder, 'docker'),
    `#!${process.execPath}
const line = process.argv.slice(2).join(' ')
const [, found] = ${JSON.stringify(answers)}.find(([pattern]) => new RegExp(pattern).test(line)) ?? []
if (/^hang/.test(found)) {
  if (found === 'hang on') process.on('SIGINT', () => {})
  require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
  setInterval(() => {}, 1000)
} else if (found === undefined) process.exitCode = 1
else process.stdout.write(typeof found === 'object' ? JSON.stringify(found) : found)
`,
  )
  chmodSync(join(folder, 'docker'), 0o755)
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    hanging: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0),
  }
}

const id = 'f00df00df00df00d'

/** What Docker says of an app that is deployed: one container, its volume and the bucket server's, all five secrets. */
export const deployed = ({ isRunning = true, exitCode = 0, state = 'backed-up' } = {}): Answers => [
  ['compose version$', 'v2'],
  ['version$', '28'],
  ['compose config --format json$', setup],
  ['compose ps --quiet app$', isRunning ? `${id}\n` : ''],
  ['compose ps --all --quiet app$', `${id}\n`],
  [
    'inspect --type container',
    [
      {
        Id: id,
        Created: '2026-11-23T09:00:00.000Z',
        Config: {},
        State: { Running: isRunning, ExitCode: exitCode, Health: { Status: 'healthy' } },
        NetworkSettings: { Networks: { logbook_default: { IPAddress: '172.18.0.2' } } },
      },
    ],
  ],
  ['status\\.json$', { version: 1, time: '2100-01-01T00:00:00.000Z', state, confirmed: { position: 'p1' } }],
  ['volume inspect', []],
  ['context inspect', 'unix:///var/run/docker.sock\n'],
  ['compose (build|up|stop|rm) |^(--context \\w+ )?(rm|volume rm) ', ''],
]

/** What Docker says of a compose.yaml whose secrets nobody has filled in, but for one. */
export const unfilled: Answers[number] = [
  'config --format json$',
  { services: { app: { environment: { BUCKET_NAME: '', SESSION_SECRET: 'x' } } } },
]

/** The same without a container, its volume there. */
export const emptied = (state: string): Answers => [['compose ps ', ''], ...deployed({ state })]

const names = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'BUCKET_NAME',
]

const setup = {
  name: 'logbook',
  services: {
    app: {
      environment: Object.fromEntries([...names, 'SESSION_SECRET'].map((name) => [name, 'x'])),
      ports: [{ target: 3000, published: '3000' }],
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    },
    bucket: { volumes: [{ type: 'volume', source: 'bucket', target: '/store/app' }] },
  },
  volumes: { data: { name: 'logbook_data' }, bucket: { name: 'logbook_bucket' } },
}
