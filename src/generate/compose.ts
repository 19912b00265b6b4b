import { parse, parseDocument, stringify } from 'yaml'
import type { ImagePlan } from '../plan/image-plan.ts'
import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { anyRelease, caddyfile, releasePath } from './caddyfile.ts'
import { setInYaml } from './merge-yaml.ts'

export const composePath = 'compose.yaml'
/** Variables of production; never in git, nor in the image. */
export const envPath = '.env.production'
export const envExamplePath = '.env.production.example'

/** compose.yaml of a new app: https://github.com/compose-spec/compose-spec/blob/main/spec.md */
export const composeYaml = (plan: DeployPlan, compose: ComposePlan): string =>
  `# Runs ${plan.app.name} on a machine with Docker: npx seaworthy deploy. Its secrets are in ${envPath}, as in ${envExamplePath}.\n` +
  stringify(composeFile(plan, compose), { lineWidth: 0, defaultStringType: 'PLAIN', singleQuote: false })

/**
 * A compose.yaml of the user's with what is missing of ours. What is there stays, its own settings of our services too.
 *
 * @returns null where it cannot be added, and somebody must choose.
 */
export const mergeCompose = (existing: string, wanted: string): string | null => {
  if (parseDocument(existing).errors.length > 0) return null
  let merged: string | null = existing
  for (const leaf of leaves(parse(wanted))) {
    if (merged === null) return null
    const { isThere, path, value } = settingIn(parse(merged), leaf)
    if (!isThere) merged = setInYaml(merged, path, value)
  }
  return merged
}

type Table = Record<string, unknown>

interface Setting {
  path: (string | number)[]
  value: unknown
}

/** Each setting down to the third level, `services.app.init`, and each variable. What is deeper belongs together. */
const leaves = (value: unknown, path: string[] = []): { path: string[]; value: unknown }[] =>
  (path.length < 3 || path.at(-1) === 'environment') && isTable(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [{ path, value }]

/** Variables may stand in a list too, as `NAME=value`. */
const settingIn = (
  file: unknown,
  leaf: { path: string[]; value: unknown },
): Setting & { isThere: boolean } => {
  const { path, value } = leaf
  const [name = '', table] = [path.at(-1), valueAt(file, path.slice(0, -1))]
  if (!Array.isArray(table)) return { path, value, isThere: valueAt(file, path) !== undefined }
  const isThere = table.some((line) => String(line).split('=', 1)[0] === name)
  return { path: [...path.slice(0, -1), table.length], value: `${name}=${value}`, isThere }
}

const valueAt = (value: unknown, [key, ...rest]: string[]): unknown =>
  key === undefined ? value : isTable(value) ? valueAt(value[key], rest) : undefined

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const composeFile = (plan: DeployPlan, compose: ComposePlan): Table => ({
  name: plan.app.name,
  services: {
    app: appService(plan, compose),
    ...(compose.domain === null ? {} : { caddy: caddyService }),
    ...(compose.hasBucketServer ? { bucket: bucketService } : {}),
  },
  volumes: {
    ...(plan.volume ? { [plan.volume.source]: {} } : {}),
    ...(compose.domain === null ? {} : { caddy_data: {}, caddy_config: {} }),
    ...(compose.hasBucketServer ? { bucket: {} } : {}),
  },
  ...(compose.domain === null ? {} : { configs: caddyConfigs(compose.domain, plan.image.port) }),
})

const caddyConfigs = (domain: string, port: number): Table => ({
  caddyfile: { content: caddyfile(domain, port) },
  release: { content: anyRelease(port) },
})

const appService = (plan: DeployPlan, { domain, hasBucketServer }: ComposePlan): Table => {
  const { image, volume, startScript } = plan
  const port = String(image.port)
  const test = healthTest(image)
  return {
    build: buildOf(image),
    ...(startScript?.setup ? { entrypoint: [...startScript.setup.command, ...image.start] } : {}),
    // The first process of a container must clear away what others leave.
    init: true,
    restart: 'unless-stopped',
    // The app's own end, and the final sync of the backup.
    stop_grace_period: '40s',
    env_file: envPath,
    environment: {
      PORT: port,
      ...(domain === null || !volume ? {} : { SEAWORTHY_HANDOVER: '1' }),
    },
    // Two releases cannot have one port of the machine: where there is a Caddy, it has the port.
    ...(domain === null ? { ports: [`${port}:${port}`] } : { expose: [port] }),
    ...(volume ? { volumes: [`${volume.source}:${volume.destination}`] } : {}),
    ...(test === null ? {} : { healthcheck: { test, ...healthTimes } }),
    ...(hasBucketServer ? { depends_on: ['bucket'] } : {}),
  }
}

const buildOf = ({ workspace, isOwnDockerfile }: ImagePlan): unknown =>
  workspace === null || workspace.app === '.' || isOwnDockerfile
    ? '.'
    : { context: rootFrom(workspace.app), dockerfile: `${workspace.app}/Dockerfile` }

const rootFrom = (folder: string): string =>
  folder
    .split('/')
    .map(() => '..')
    .join('/')

/** A first start restores, migrates and seeds before it answers. */
const healthTimes = { interval: '3s', timeout: '5s', retries: 3, start_period: '120s' }

/** Asks the app itself, with the Node or Bun that every image has. */
const healthTest = ({ runtime, base, isOwnDockerfile, output, health }: ImagePlan): string[] | null => {
  if (output === 'static') return null
  const program = base === 'distroless' && !isOwnDockerfile ? '/nodejs/bin/node' : runtime.name
  const path = JSON.stringify(health ?? '/')
  const isWell = health === null ? 'r.status < 500' : 'r.ok'
  const script = `fetch('http://127.0.0.1:' + process.env.PORT + ${path}, { redirect: 'manual' }).then((r) => process.exit(${isWell} ? 0 : 1), () => process.exit(1))`
  return ['CMD', program, '-e', script]
}

const caddyService: Table = {
  image: 'caddy:2.11',
  restart: 'unless-stopped',
  ports: ['80:80', '443:443', '443:443/udp'],
  configs: [
    { source: 'caddyfile', target: '/etc/caddy/Caddyfile' },
    { source: 'release', target: releasePath },
  ],
  volumes: ['caddy_data:/data', 'caddy_config:/config'],
}

/** For a try on one's own computer: on the same disk as the database, it is no backup. */
const bucketService: Table = {
  image: 'versity/versitygw:latest',
  restart: 'unless-stopped',
  // A folder of the store is a bucket: this one is called app.
  command: ['posix', '/store'],
  env_file: envPath,
  volumes: ['bucket:/store/app'],
}
