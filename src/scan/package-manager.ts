import { LOCKS } from 'package-manager-detector/constants'
import semver from 'semver'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { textAt } from './json-value.ts'
import type { PackageManagerName } from './profile.ts'

export interface PackageManager {
  name: PackageManagerName
  version: string | null
}

/** `packageManager`, else the lock file, else `engines`, else npm; the app's before the workspace's. */
export const findPackageManager = ({ trees }: AppPackage): Fact<PackageManager> =>
  firstFact([
    ...trees.map((tree) => () => fromField(textAt(tree.json('package.json'), 'packageManager'))),
    ...trees.map((tree) => () => fromLockFile(tree.has)),
    ...trees.map((tree) => () => fromEngines(tree.json('package.json'))),
  ]) ?? fact({ name: 'npm', version: null }, 'default')

// npm last: its name stands in many `engines` only to keep people from using it.
const names: PackageManagerName[] = ['pnpm', 'yarn', 'bun', 'npm']

const isName = (name: string | undefined): name is PackageManagerName => names.some((known) => known === name)

const fromField = (field: string | null): Fact<PackageManager> | null => {
  const [name, version] = field?.split('@') ?? []
  return isName(name)
    ? fact({ name, version: semver.parse(version)?.version ?? null }, 'package.json#packageManager')
    : null
}

const fromLockFile = (has: (path: string) => boolean): Fact<PackageManager> | null => {
  const found = Object.entries(LOCKS).find(([file, name]) => isName(name) && has(file))
  return found && isName(found[1]) ? fact({ name: found[1], version: null }, found[0]) : null
}

const fromEngines = (json: unknown): Fact<PackageManager> | null => {
  const name = names.find((known) => semver.validRange(textAt(json, 'engines', known)) !== null)
  if (!name) return null
  return fact({ name, version: semver.valid(textAt(json, 'engines', name)) }, `package.json#engines.${name}`)
}
