import { posix } from 'node:path'
import type { ImagePlan } from '../plan/image-plan.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { majorOf } from '../prisma/location.ts'
import { args, envs, ownLines, run } from './dockerfile-lines.ts'

export const finalStage = (plan: DeployPlan): string[] =>
  plan.image.output === 'static' ? staticStage(plan.image) : serverStage(plan)

const serverStage = ({ image, backup, startScript, database }: DeployPlan): string[] => [
  `# The image that runs${startScript ? `: ${startScript.file} readies the database, then starts the command` : ''}`,
  `FROM ${image.base === 'distroless' ? `gcr.io/distroless/nodejs${major(image)}-debian12` : 'base'}`,
  ...(image.base === 'distroless' || image.folder !== '/app' ? [`WORKDIR ${image.folder}`] : []),
  ...args(image.args.deploy),
  ...envs({
    ...(image.base === 'distroless' ? { ...image.envs.base, ...engine(image, database) } : {}),
    ...image.envs.deploy,
  }),
  ...(backup ? [`COPY --from=litestream/litestream:${backup.litestream} ${litestream} ${litestream}`] : []),
  ...image.copies.map(({ from, to }) => copy(image, from, to)),
  ...ownLines(image.instructions.deploy),
  // As root the start script readies the volume, and the app runs as its own user.
  ...(startScript === null && image.user !== null ? [`USER ${image.user}`] : []),
  `EXPOSE ${image.port}`,
  ...entrypoint(image, startScript?.file ?? null),
  `CMD ${JSON.stringify(cmd(image, startScript !== null))}`,
]

const staticStage = (image: ImagePlan): string[] => [
  '# The image that runs: files alone, which nginx serves',
  'FROM nginx:stable-alpine',
  ...args(image.args.deploy),
  ...envs(image.envs.deploy),
  ...image.copies.map(({ from, to }) => copy(image, from, to)),
  ...(image.port === 80
    ? []
    : run([`sed -i 's/listen  *80;/listen ${image.port};/' /etc/nginx/conf.d/default.conf`])),
  ...ownLines(image.instructions.deploy),
  `EXPOSE ${image.port}`,
  `CMD ${JSON.stringify(image.start)}`,
]

const litestream = '/usr/local/bin/litestream'

const major = ({ runtime }: ImagePlan): string => runtime.version.split('.')[0] ?? ''

// With --link nothing is known of the image below, its user names neither.
const userIds: Record<string, string> = { node: '1000:1000', bun: '1000:1000', nonroot: '65532:65532' }

const copy = ({ user, link, base }: ImagePlan, from: string, to: string): string => {
  const isById = link || base === 'distroless'
  const owner = user === null ? '' : ` --chown=${isById ? userIds[user] : `${user}:${user}`}`
  return `COPY${link ? ' --link' : ''} --from=build${owner} ${from} ${to}`
}

/** Prisma before 7 asks a shell which engine fits. */
const engine = (image: ImagePlan, database: DeployPlan['database']): Record<string, string> =>
  database && majorOf(database.prismaVersion) < 7
    ? { PRISMA_QUERY_ENGINE_LIBRARY: posix.join(image.folder, 'query-engine.node') }
    : {}

const entrypoint = (image: ImagePlan, script: string | null): string[] => {
  const file = script && posix.join(image.folder, script)
  // Distroless has no `env` for the first line of a script.
  const words = [
    ...(file === null ? [] : image.base === 'distroless' ? ['/nodejs/bin/node', file] : [file]),
    ...image.entrypoint,
  ]
  return words.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(words)}`]
}

/** The ENTRYPOINT of distroless is Node already, where we set none. */
const cmd = ({ base, start, entrypoint: words }: ImagePlan, hasScript: boolean): string[] =>
  base === 'distroless' && !hasScript && words.length === 0 && start[0] === 'node' ? start.slice(1) : start
