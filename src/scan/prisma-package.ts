import { posix } from 'node:path'
import { type AppPackage, dependencyRange, readAppPackage } from './app-package.ts'
import { textAt } from './json-value.ts'
import { readPrismaConfig } from './prisma-config.ts'
import { isGenerated } from './prisma-schema.ts'
import type { Finding, WorkspaceProfile } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

/** The package that has the schema, migrations and seed of an app's database: the app itself, or one of its workspace. */
export interface PrismaPackage {
  package: AppPackage
  /** Its folder, seen from the app: `.`, `../../packages/db`. */
  folder: string
  /** One of its paths, seen from the app. */
  seen: (path: string) => string
}

/** The one that the app names, or has in itself, or needs; a finding where nothing tells. */
export const findPrismaPackage = (app: AppPackage): PrismaPackage | { finding: Finding } => {
  const here: PrismaPackage = { package: app, folder: '.', seen: (path) => path }
  if (!app.workspace) return here
  const workspace = app.workspace.value
  const { packages, needs } = workspace
  const named = textAt(app.json, 'seaworthy', 'prisma')?.replace(/^\.\/|\/$/g, '')
  if (named !== undefined)
    return packages.includes(named) ? shared(app, workspace, named) : unknown(named, packages)
  if (isHere(app, workspace)) return here
  const top = app.tree.at(workspace.root)
  const users = needs.filter((path) => usesPrisma(top, path))
  const [user, ...others] = users
  if (user !== undefined) return others.length > 0 ? severalOf(users) : shared(app, workspace, user)
  const strangers = workspace.app === '.' ? packages.filter((path) => usesPrisma(top, path)) : []
  return strangers.length > 0 ? wrongFolder(top, packages, strangers) : here
}

const shared = ({ tree }: AppPackage, { root, app }: WorkspaceProfile, path: string): PrismaPackage => {
  const folder = posix.relative(`/${app}`, `/${path}`)
  return {
    package: readAppPackage(tree.at(root).at(path)),
    folder,
    seen: (file) => posix.relative(`/${app}`, posix.join(`/${path}`, file)),
  }
}

const isHere = (app: AppPackage, workspace: WorkspaceProfile): boolean =>
  workspace.app === '.'
    ? ['prisma', '@prisma/client'].some((name) => dependencyRange(app, name))
    : textAt(app.json, 'prisma', 'schema') !== null ||
      readPrismaConfig(app.tree) !== null ||
      hasSchema(app.tree, '')

/** The client that another package generates into the app has a copy of the schema. */
const hasSchema = (tree: SourceTree, folder: string): boolean =>
  tree.glob(['.prisma'], folder).some((file) => !isGenerated(tree, posix.dirname(file)))

const usesPrisma = (top: SourceTree, path: string): boolean =>
  hasSchema(top, path) &&
  ['dependencies', 'devDependencies'].some((group) =>
    ['prisma', '@prisma/client'].some((name) => textAt(manifest(top, path), group, name) !== null),
  )

const manifest = (top: SourceTree, path: string): unknown => top.json(posix.join(path, 'package.json'))

const severalOf = (users: string[]) =>
  elsewhere(
    `Prisma is in ${users.join(' and ')} of the workspace, and nothing says which of them has the database to keep.`,
    `Name it in the app's package.json: npm pkg set seaworthy.prisma=${users[0]}`,
  )

const unknown = (named: string, packages: string[]) =>
  elsewhere(
    `package.json#seaworthy.prisma names ${named}, which is no package of the workspace.`,
    `Name one of ${packages.join(', ')}: npm pkg set seaworthy.prisma=${packages[0]}`,
  )

const wrongFolder = (top: SourceTree, packages: string[], users: string[]) => {
  const apps = packages.filter((path) => textAt(manifest(top, path), 'scripts', 'start') !== null)
  return elsewhere(
    `Prisma is in ${users.join(', ')} of the workspace, and nothing of it in its root, where it is looked for.`,
    `Name the folder of the app: seaworthy launch ${apps[0] ?? users[0]}`,
  )
}

const elsewhere = (what: string, next: string): { finding: Finding } => ({
  finding: { level: 'error', code: 'SW-PRISMA-ELSEWHERE', what, next },
})
