import fc from 'fast-check'
import { flyToml } from '../../src/generate/fly-toml.ts'
import { mergeFlyToml } from '../../src/generate/merge-fly-toml.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { framework, prisma, profile } from './profile.ts'

export const ownDockerfile = 'FROM node\nCMD ["serve"]'

export const healthy = { framework: framework({ health: '/healthcheck' }) }

export const existing = `# my app
app = 'mine'   # a name

[build]
  image = "x"

[http_service]
    internal_port = 8080 # theirs
    force_https = false

[[vm]]
  memory = '2gb'
`

/** A new fly.toml where there is none, else that one merged; beside a Dockerfile of ours or of the user. */
export const written = (
  text: string | null,
  options: PlanOptions = {},
  dockerfile: string | null = null,
  changes: Partial<AppProfile> = {},
): string => {
  const files = { dockerfile, flyToml: text, packageJson: null, present: [] }
  const wanted = flyToml(buildPlan(profile(changes), { files, ...options }))
  return text === null ? wanted : mergeFlyToml(text, wanted)
}

/** A fly.toml that flyctl takes, and what is asked for besides. */
type Merge = [
  about: string,
  text: string | null,
  options?: PlanOptions,
  dockerfile?: string | null,
  changes?: Partial<AppProfile>,
]

const everyOption: PlanOptions = {
  ...{ name: 'other', region: 'ams', size: 'shared-cpu-2x', memory: 2048, port: 8080 },
  ...{ volumeSize: 3, volumeLimit: 20, snapshotDays: 30 },
  dockerfile: { swap: '512mb' },
}
const worker = 'worker = "node w"\nweb = "npm start"\n'
const serving = '\n[http_service]\ninternal_port = 80\nprocesses = ["web"]\n'
export const disk = 'source = "disk"\ndestination = "/disk"\n'
const services =
  '[[services]]\ninternal_port = 8080\nprotocol = "tcp"\n[[services.ports]]\nport = 80\nhandlers = ["http"]\n[[services.tcp_checks]]\ninterval = "15s"\n'

/** What is written or merged, in every shape that is told apart. */
export const merges: Merge[] = [
  ['a new one', null, { region: 'ams' }],
  ['a new one with every option', null, everyOption],
  ['a new one without a backup', null, { backup: false }],
  ['a new one without a database', null, {}, null, { prisma: null }],
  [
    'a new one whose database has a variable',
    null,
    {},
    null,
    {
      prisma: prisma({
        databases: [{ file: 'prisma/dev.db', url: 'file:./dev.db', env: 'DATABASE_URL', from: 'x' }],
      }),
    },
  ],
  ['a health check', null, {}, null, healthy],
  ['a health check and a Dockerfile of the user', null, {}, ownDockerfile, healthy],
  ['a Dockerfile of the user', null, {}, ownDockerfile],
  ['an ENTRYPOINT', null, {}, 'FROM node\nENTRYPOINT ["a b"]\nCMD x "y z" && w'],
  ['words that need quotes', null, {}, 'FROM node\nCMD ["node", "it\'s", "\\"", "$HOME", "#", "\\\\"]'],
  ['an existing one', existing],
  ['an existing one and a Dockerfile of the user', existing, {}, ownDockerfile],
  ['an existing one and every option', existing, everyOption],
  ['an existing one without anything', '', { port: 80 }],
  ['several processes', `[processes]\n${worker}${serving}`],
  ['several processes and a Dockerfile of the user', `[processes]\n${worker}${serving}`, {}, ownDockerfile],
  ['several processes and a mount', `[processes]\n${worker}[mounts]\n${disk}`, {}, ownDockerfile],
  ['several processes and mounts', `[processes]\n${worker}[[mounts]]\n${disk}`, {}, ownDockerfile],
  ['one process and no service', '[processes]\napp = "npm start"\n'],
  ['several processes and no service', `[processes]\n${worker}`],
  ['several processes, no service and no database', `[processes]\n${worker}`, {}, null, { prisma: null }],
  ['services', services, everyOption, ownDockerfile],
  [
    'one service in a table',
    `app = "a"\n${services.replace('[[services]]', '[services]')}`,
    {},
    ownDockerfile,
  ],
  ['processes as a list', `[[processes]]\nname = "web"\ncommand = "npm start"\n[[processes]]\nname = "w"\n`],
  [
    'processes as a list and a Dockerfile of the user',
    '[[processes]]\nname = "web"\ncommand = "npm start"\n',
    everyOption,
    ownDockerfile,
  ],
  ['a mount by its older name', `[mount]\n${disk}`, everyOption],
  ['mounts by their older name', `[[mount]]\n${disk}`],
  ['a machine by its older name', '[compute]\nsize = "shared-cpu-2x"\n', everyOption],
  ['machines by their older name', '[[computes]]\nsize = "shared-cpu-2x"\n'],
  [
    'inline tables',
    `env = { A = "1" }\nmounts = [{ source = "x", destination = "/x" }]\n`,
    {},
    ownDockerfile,
  ],
  ['dotted keys', 'env.A = "1"\nhttp_service.internal_port = 80\n', everyOption, ownDockerfile],
  [
    'figures without units',
    `kill_timeout = 5\n[env]\nPORT = 80\n[mounts]\n${disk}initial_size = 3\n[vm]\nmemory = 512\n`,
  ],
  ['an empty list of processes', 'kill_signal = "SIGINT"\n[processes]\n', {}, ownDockerfile],
  ['an entrypoint of the user', '[experimental]\nentrypoint = "/bin/x"\n', {}, ownDockerfile],
]

const oneOf = (...texts: string[]) => fc.constantFrom('', ...texts)
const tables = (...texts: string[]) => fc.subarray(texts, { minLength: 0 }).map((chosen) => chosen.join(''))

/** Any fly.toml out of parts that flyctl takes, with lines that end either way. */
export const anyFlyToml = fc
  .tuple(
    tables(
      'kill_timeout = 90\n',
      "kill_signal = 'SIGINT'\n",
      'swap_size_mb = 256 # MB\n',
      'primary_region = "ams"\n',
    ),
    fc.constantFrom<[processes: string, group: string]>(
      ['', 'app'],
      ['[processes]\n  app = "npm start" # the app\n', 'app'],
      [`[processes]\n${worker}`, 'web'],
      ['[[processes]]\nname = "web"\ncommand = "node \'a b\'"\n\n[[processes]]\nname = "w"\n', 'web'],
    ),
    oneOf('[env]\n  PORT = "8080"\n', '[env]\n\tA = "1" # one\n', '[env]\nDEBUG = true\n'),
    oneOf(`[mounts]\n  ${disk}`, `[[mounts]]\n${disk}`, `[mount]\n${disk}initial_size = "3gb"\n`),
    oneOf(
      '[http_service]\n  internal_port = 80\n  processes = ["GROUP"]\n',
      `${services.replace('protocol', 'processes = ["GROUP"]\nprotocol')}`,
      '[[services]]\ninternal_port = 9090 # metrics\nprocesses = ["GROUP"]\n',
    ),
    oneOf('[[vm]]\n  memory = "1gb"\n', '[vm]\nsize = "performance-1x"\n', '[[computes]]\ncpus = 2\n'),
    tables(
      '[build]\n  dockerfile = "Dockerfile"\n',
      '[deploy]\n  strategy = "rolling"\n  release_command = "node \'x y\'"\n',
      '[[restart]]\n  policy = "always"\n  retries = 3\n',
      '[checks.alive]\n  type = "tcp"\n  port = 80\n  interval = "15s"\n  timeout = "2s"\n',
      '[[statics]]\n  guest_path = "/app/public"\n  url_prefix = "/public/"\n',
      '[metrics]\n  port = 9091\n  path = "/metrics"\n',
    ),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([top, [processes, group], env, mounts, service, vm, others, lineEnd]) =>
    [`app = "any" # its name\n${top}`, env, processes, others, mounts, service.replaceAll('GROUP', group), vm]
      .filter((part) => part !== '')
      .join('\n')
      .replaceAll('\n', lineEnd),
  )
