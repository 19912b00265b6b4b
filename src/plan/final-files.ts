import { posix } from 'node:path'
import type { AppProfile } from '../scan/profile.ts'
import type { ImageInputs } from './image-inputs.ts'
import type { ImagePlan } from './image-plan.ts'
import { contextPath } from './install-files.ts'

type Copies = ImagePlan['copies']

/** What comes from the build into the image that runs: only what running needs. */
export const finalCopies = (inputs: ImageInputs): Copies => {
  const { profile } = inputs
  switch (profile.framework?.output) {
    case 'static':
      return profile.framework.outputs.slice(0, 1).map((output) => ({
        from: posix.join(contextPath(profile, '/app'), output),
        to: '/usr/share/nginx/html',
      }))
    case 'standalone':
      return standaloneCopies(inputs)
    default:
      return serverCopies(profile)
  }
}

/** The app's folder; of a workspace, the packages that it needs as well. */
const serverCopies = (profile: AppProfile): Copies => {
  const { workspace, prisma } = profile
  if (workspace === null || workspace.app === '.') return [same('/app')]
  const packages = [
    ...workspace.needs,
    workspace.app,
    ...(prisma ? [contextPath(profile, prisma.folder)] : []),
  ]
  return ['package.json', 'node_modules', ...new Set(packages)].map((path) => same(`/app/${path}`))
}

/** The build's output, which has the packages that the app needs, and what the start script needs beside it. */
const standaloneCopies = ({ profile, files, startScript, hasBackup }: ImageInputs): Copies => {
  const { framework, prisma, workspace } = profile
  const folder = contextPath(profile, '/app')
  const outputs = (framework?.outputs ?? []).map((output) =>
    // Next.js lays it out like the workspace, from its root on.
    output.endsWith('/standalone')
      ? { from: `${folder}/${output}`, to: '/app' }
      : same(`${folder}/${output}`),
  )
  const isNext = outputs.some(({ to }) => to === '/app')
  const seed = prisma?.seedNeeds
  const owner = startScript && prisma?.folder !== '.' ? prisma?.folder : null
  const kept = [
    'package.json',
    ...(owner ? [`${owner}/package.json`] : []),
    ...(isNext && files.present.includes('public/') ? ['public'] : []),
    ...(prisma && startScript
      ? [...prisma.schema, prisma.migrations.dir, ...(prisma.config ? [prisma.config] : [])]
      : []),
    ...(seed ? [...seed.files, ...generated(profile)] : []),
    ...(seed && files.present.includes('tsconfig.json') ? ['tsconfig.json'] : []),
    ...(startScript ? [startScript] : []),
    ...(startScript && hasBackup ? ['litestream.yml'] : []),
  ]
  const modules = startScript
    ? [
        '/app/node_modules',
        ...(workspace && workspace.app !== '.' ? [`${folder}/node_modules`] : []),
        ...(owner ? [posix.join(folder, owner, 'node_modules')] : []),
      ]
    : []
  return [
    ...outputs,
    ...modules.map(same),
    ...withoutNested(kept).map((path) => same(posix.join(folder, path))),
  ]
}

/** Folders that generators make within the app, or the workspace; they begin with `kind`. */
const generated = (profile: AppProfile, kind = ''): string[] =>
  (profile.prisma?.generators ?? []).flatMap(({ provider, output }) =>
    !provider.startsWith(kind) ||
    output === null ||
    output.startsWith('/') ||
    contextPath(profile, output).startsWith('../')
      ? []
      : [output],
  )

/** Those of Prisma's clients, seen from what the image is built from. */
export const clientFolders = (profile: AppProfile): string[] =>
  generated(profile, 'prisma-client').map((folder) => contextPath(profile, folder))

/** Without those that lie in another one. */
const withoutNested = (paths: string[]): string[] =>
  [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))

/**
 * Nitro (Nuxt and others) puts its packages below `.output/server`, and Prisma's engine looks for a database with a
 * relative url from there: the same file by another path.
 */
export const outputLinks = ({ framework, prisma }: AppProfile): ImagePlan['links'] => {
  const [database] = prisma?.databases ?? []
  if (framework?.output !== 'standalone' || !framework.outputs.includes('.output')) return []
  if (!database || database.file.startsWith('/') || database.file.startsWith('../')) return []
  const path = posix.join('.output/server', database.file)
  return [{ path, target: posix.relative(posix.dirname(path), database.file) }]
}

const same = (path: string): Copies[number] => ({ from: path, to: path })
