import { LOCKS } from 'package-manager-detector/constants'
import semver from 'semver'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { textAt, valueAt } from './json-value.ts'
import type { AppProfile, PackageManagerName } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

export type PackageManager = AppProfile['packageManager']

/** `packageManager`, else `devEngines`, the lock file, `engines`, npm; the app's before the workspace's. */
export const findPackageManager = ({ trees }: AppPackage): Fact<PackageManager> => {
  const found =
    firstFact([
      ...trees.map((tree) => () => fromField(tree)),
      ...trees.map((tree) => () => fromDevEngines(tree.json('package.json'))),
      ...trees.map((tree) => () => fromLockFile(tree)),
      ...trees.map((tree) => () => fromEngines(tree.json('package.json'))),
    ]) ?? fact({ name: 'npm', version: null }, 'default')
  return fact({ ...found.value, ...linkerOf(found.value, trees) }, found.from)
}

// npm last: its name stands in many `engines` only to keep people from using it.
const names: PackageManagerName[] = ['pnpm', 'yarn', 'bun', 'npm']

const isName = (name: string | undefined): name is PackageManagerName => names.some((known) => known === name)

/** `pnpm@9.1.0+sha512.…`: a version, or a major at least. */
const fromField = (tree: SourceTree): Fact<PackageManager> | null => {
  const [name, written] = textAt(tree.json('package.json'), 'packageManager')?.split('@') ?? []
  if (!isName(name)) return null
  const version = semver.parse(written)?.version ?? (semver.validRange(written) ? (written ?? null) : null)
  return fact({ name, version }, 'package.json#packageManager')
}

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines */
const fromDevEngines = (json: unknown): Fact<PackageManager> | null => {
  const asked = valueAt(json, 'devEngines', 'packageManager')
  for (const entry of Array.isArray(asked) ? asked : [asked]) {
    const name = textAt(entry, 'name') ?? undefined
    if (isName(name))
      return fact(
        { name, version: exact(textAt(entry, 'version')) },
        'package.json#devEngines.packageManager',
      )
  }
  return null
}

const fromLockFile = (tree: SourceTree): Fact<PackageManager> | null => {
  const found = Object.entries(LOCKS).find(([file, name]) => isName(name) && tree.has(file))
  if (!found || !isName(found[1])) return null
  const [file, name] = found
  return fact({ name, version: lockedVersion[name]?.(tree) ?? null }, file)
}

const fromEngines = (json: unknown): Fact<PackageManager> | null => {
  const name = names.find((known) => semver.validRange(textAt(json, 'engines', known)) !== null)
  if (!name) return null
  return fact({ name, version: exact(textAt(json, 'engines', name)) }, `package.json#engines.${name}`)
}

const exact = (version: string | null): string | null => semver.valid(version)

/** Which version wrote the lock file: others of its format would refuse or rewrite it. */
const lockedVersion: Partial<Record<PackageManagerName, (tree: SourceTree) => string | null>> = {
  pnpm: (tree) => {
    // Its first line; the whole file takes long to parse.
    const format = tree.read('pnpm-lock.yaml')?.match(/^lockfileVersion: '?([\d.]+)/)?.[1]
    return (format && pnpmFormats[format]) ?? null
  },
  yarn: (tree) => {
    const release = textAt(tree.yaml('.yarnrc.yml'), 'yarnPath')?.match(/yarn-(\d+\.\d+\.\d+\S*)\.c?js$/)?.[1]
    if (release) return release
    const head = tree.read('yarn.lock')?.slice(0, 400) ?? ''
    if (head.includes('# yarn lockfile v1')) return '1'
    return yarnFormats[head.match(/__metadata:\s+version: (\d+)/)?.[1] ?? ''] ?? null
  },
}

/** https://github.com/pnpm/spec/tree/master/lockfile */
const pnpmFormats: Record<string, string> = { '5.3': '6', '5.4': '7', '6.0': '8', '6.1': '8', '9.0': '10' }

const yarnFormats: Record<string, string> = { '4': '2', '5': '3', '6': '3', '8': '4' }

/** Yarn from 2 on installs without node_modules unless it is told otherwise. */
const linkerOf = ({ name, version }: PackageManager, trees: SourceTree[]): Pick<PackageManager, 'linker'> => {
  const isClassic =
    version === null ? !trees.some((tree) => tree.has('.yarnrc.yml')) : version.startsWith('1')
  if (name !== 'yarn' || isClassic) return {}
  const written = trees.map((tree) => textAt(tree.yaml('.yarnrc.yml'), 'nodeLinker')).find(Boolean)
  return { linker: linkers.find((linker) => linker === written) ?? 'pnp' }
}

const linkers = ['pnp', 'pnpm', 'node-modules'] as const
