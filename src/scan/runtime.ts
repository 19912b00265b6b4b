import semver from 'semver'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { textAt } from './json-value.ts'
import { currentNode, nodeVersionIn } from './node-releases.ts'
import type { PackageManager } from './package-manager.ts'

export interface Runtime {
  name: 'node' | 'bun'
  /** As an image is tagged: `22`, `22.12.0`. */
  version: string
}

/** Bun when the start script calls it, or when it is the package manager and nothing asks for Node. */
export const findRuntime = (app: AppPackage, packageManager: PackageManager): Fact<Runtime> => {
  const asked = askedNodeVersion(app)
  const startsWithBun = /^bunx? /.test(textAt(app.json, 'scripts', 'start') ?? '')
  if (startsWithBun || (packageManager.name === 'bun' && !asked)) return bunRuntime(app, packageManager)
  const version = asked ?? fact(currentNode, 'default')
  return fact({ name: 'node', version: version.value }, version.from)
}

const askedNodeVersion = (app: AppPackage): Fact<string> | null =>
  firstFact([
    ...app.trees.map(
      (tree) => () =>
        settled(textAt(tree.json('package.json'), 'engines', 'node'), 'package.json#engines.node'),
    ),
    ...['.nvmrc', '.node-version'].flatMap((file) =>
      app.trees.map((tree) => () => settled(tree.read(file), file)),
    ),
    ...app.trees.map((tree) => () => settled(toolVersion(tree.read('.tool-versions')), '.tool-versions')),
  ])

const settled = (text: string | null, from: string): Fact<string> | null => {
  const version = text === null ? null : nodeVersionIn(text)
  return version === null ? null : fact(version, from)
}

/** asdf's file: `nodejs 22.12.0` on a line of its own. */
const toolVersion = (text: string | null): string | null =>
  text?.match(/^\s*node(?:js)?\s+(\S+)/m)?.[1] ?? null

const bunRuntime = ({ json }: AppPackage, { name, version }: PackageManager): Fact<Runtime> => {
  const engine = textAt(json, 'engines', 'bun')
  if (engine && semver.valid(engine))
    return fact({ name: 'bun', version: engine }, 'package.json#engines.bun')
  if (name === 'bun' && version) return fact({ name: 'bun', version }, 'package.json#packageManager')
  return fact({ name: 'bun', version: '1' }, 'default')
}
