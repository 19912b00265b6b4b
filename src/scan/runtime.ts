import semver from 'semver'
import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import { textAt, valueAt } from './json-value.ts'
import { currentNode, nodeVersionIn } from './node-releases.ts'
import type { PackageManager } from './package-manager.ts'
import type { SourceTree } from './source-tree.ts'

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
  firstFact(versionSources.flatMap((find) => app.trees.map((tree) => () => find(tree))))

type VersionSource = (tree: SourceTree) => Fact<string> | null

/** What asks for a version of Node, first wins; of each the app's before the workspace's. */
const versionSources: VersionSource[] = [
  (tree) => inPackageJson(tree, 'engines', 'node'),
  (tree) => devEngine(tree),
  (tree) => inPackageJson(tree, 'volta', 'node'),
  ...['.nvmrc', '.node-version'].map(
    (file): VersionSource =>
      (tree) =>
        settled(tree.read(file), file),
  ),
  (tree) => settled(toolVersion(tree.read('.tool-versions')), '.tool-versions'),
  ...['mise.toml', '.mise.toml'].map(
    (file): VersionSource =>
      (tree) =>
        settled(miseVersion(tree.toml(file)), file),
  ),
]

const inPackageJson = (tree: SourceTree, ...path: string[]): Fact<string> | null =>
  settled(textAt(tree.json('package.json'), ...path), `package.json#${path.join('.')}`)

const devEngine = (tree: SourceTree): Fact<string> | null => {
  const asked = valueAt(tree.json('package.json'), 'devEngines', 'runtime')
  const entry = (Array.isArray(asked) ? asked : [asked]).find((runtime) => textAt(runtime, 'name') === 'node')
  return settled(textAt(entry, 'version'), 'package.json#devEngines.runtime')
}

const settled = (text: string | null, from: string): Fact<string> | null => {
  const version = text === null ? null : nodeVersionIn(text)
  return version === null ? null : fact(version, from)
}

/** asdf's file: `nodejs 22.12.0` on a line of its own. */
const toolVersion = (text: string | null): string | null =>
  text?.match(/^\s*node(?:js)?\s+(\S+)/m)?.[1] ?? null

/** `node = "22"`, `node = ["22", "20"]` or `node = { version = "22" }`: https://mise.jdx.dev/configuration.html */
const miseVersion = (config: unknown): string | null => {
  const asked = valueAt(config, 'tools', 'node') ?? valueAt(config, 'tools', 'nodejs')
  const first: unknown = Array.isArray(asked) ? asked[0] : asked
  return typeof first === 'string' ? first : textAt(first, 'version')
}

const bunRuntime = ({ json }: AppPackage, { name, version }: PackageManager): Fact<Runtime> => {
  const engine = textAt(json, 'engines', 'bun')
  if (engine && semver.valid(engine))
    return fact({ name: 'bun', version: engine }, 'package.json#engines.bun')
  if (name === 'bun' && version) return fact({ name: 'bun', version }, 'package.json#packageManager')
  return fact({ name: 'bun', version: '1' }, 'default')
}
