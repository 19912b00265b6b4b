import { posix } from 'node:path'
import { type AppPackage, dependencyRange } from './app-package.ts'
import { textAt } from './json-value.ts'
import type { Finding } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

/** Other packages of the workspace have Prisma's schema, and this folder has none: the wrong folder, or not ours to keep. */
export const prismaElsewhere = (app: AppPackage): Finding | null => {
  const { tree, workspace } = app
  if (!workspace) return null
  const { root, app: folder, packages, needs } = workspace.value
  const isRoot = folder === '.'
  const isHere = isRoot
    ? ['prisma', '@prisma/client'].some((name) => dependencyRange(app, name))
    : tree.glob(['.prisma']).length > 0
  const top = tree.at(root)
  const users = isHere ? [] : (isRoot ? packages : needs).filter((path) => usesPrisma(top, path))
  if (users.length === 0) return null
  const apps = packages.filter((path) => textAt(manifest(top, path), 'scripts', 'start') !== null)
  return {
    level: 'error',
    code: 'SW-PRISMA-ELSEWHERE',
    what: `Prisma is in ${users.join(', ')} of the workspace, and nothing of it in ${isRoot ? 'its root' : folder}, where it is looked for.`,
    next: isRoot
      ? `Name the folder of the app: seaworthy launch ${apps[0] ?? users[0]}`
      : `Move the schema, its migrations and the seed to ${folder}/prisma; the generated client may stay where it is, by \`output\`.`,
  }
}

const usesPrisma = (top: SourceTree, path: string): boolean =>
  top.glob(['.prisma'], path).length > 0 &&
  ['dependencies', 'devDependencies'].some((group) =>
    ['prisma', '@prisma/client'].some((name) => textAt(manifest(top, path), group, name) !== null),
  )

const manifest = (top: SourceTree, path: string): unknown => top.json(posix.join(path, 'package.json'))
