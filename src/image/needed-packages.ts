import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The part of package.json that says what a package cannot do without. */
interface Manifest {
  workspaces?: unknown
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/**
 * The folders, without links in their paths, of the packages that are needed at run time: those that are named and
 * what they depend on. A peer that is optional is no dependency: npm, pnpm and Bun keep Prisma's CLI only because
 * `@prisma/client` has it as one. What is not installed is left out.
 *
 * @param isDropped says of a name that it is left out with all that only it needs.
 * @param from folder that the names are resolved from, as Node does: in `node_modules` there and in those above.
 */
export const neededPackages = (
  from: string,
  names: readonly string[],
  isDropped: (name: string) => boolean = () => false,
): Set<string> => {
  const needed = new Set<string>()
  const visit = (folder: string, wanted: readonly string[]): void => {
    for (const name of wanted) {
      if (isDropped(name)) continue
      const found = findPackage(folder, name)
      if (found === null || needed.has(found)) continue
      needed.add(found)
      visit(found, [...runtimeDependencies(found), ...requiredPeers(readManifest(found))])
    }
  }
  visit(realpathSync(from), names)
  return needed
}

/** Names in `dependencies` and `optionalDependencies`. */
export const runtimeDependencies = (folder: string): string[] => {
  const { dependencies, optionalDependencies } = readManifest(folder)
  return Object.keys({ ...dependencies, ...optionalDependencies })
}

const requiredPeers = ({ peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): string[] =>
  Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)

const findPackage = (folder: string, name: string): string | null => {
  for (const modules of modulesFolders(folder)) {
    const candidate = join(modules, name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  }
  return null
}

/** The roots of workspaces that a folder may be a member of; what else lies above it is none of ours. */
export const workspacesAbove = (folder: string): string[] => {
  const above = dirname(folder)
  if (above === folder) return []
  return [...(isWorkspace(above) ? [above] : []), ...workspacesAbove(above)]
}

const isWorkspace = (folder: string): boolean =>
  existsSync(join(folder, 'pnpm-workspace.yaml')) || readManifest(folder).workspaces !== undefined

/** `node_modules` of a folder and of those above it, the nearest first, whether they exist or not. */
const modulesFolders = (folder: string): string[] => {
  const above = dirname(folder) === folder ? [] : modulesFolders(dirname(folder))
  return folder.endsWith('/node_modules') ? above : [join(folder, 'node_modules'), ...above]
}

const readManifest = (folder: string): Manifest => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
