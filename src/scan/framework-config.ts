import type { AppPackage } from './app-package.ts'
import { type ConfigFile, type Found, readConfigFile } from './config-file.ts'
import { nodesOf } from './javascript.ts'
import { textAt } from './json-value.ts'
import { dottedName, type Module, property, settle } from './module.ts'
import type { FrameworkProfile } from './profile.ts'

/** What a configuration says about the build of a framework; what it leaves out is as in the framework's row. */
export interface Build {
  output?: FrameworkProfile['output']
  outputs?: string[]
  start?: string | null
  env?: Record<string, string>
  /** Variables without which it answers nobody. */
  secrets?: string[]
  /** Start scripts that do not start this build. */
  unfit?: RegExp
  /** It is built for another host than a server of Node: what is missing, and what to type. */
  misfit?: { what: string; next: string }
}

export type FindBuild = (app: AppPackage) => Build

/** `next.config.js` and its like. */
export const configOf = ({ tree }: AppPackage, name: string): ConfigFile | null =>
  readConfigFile(
    tree,
    ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map((ending) => name + ending),
  )

/** A text that a configuration has at a path of keys; null for anything else. */
export const textIn = (config: ConfigFile | null, ...keys: string[]): string | null => {
  const value = config?.value(...keys).value
  return value?.kind === 'text' ? value.text : null
}

export const isFalse = (found: Found | undefined): boolean =>
  found !== null &&
  found !== undefined &&
  found !== 'unsettled' &&
  found.type === 'BooleanLiteral' &&
  !found.value

/** The package whose function makes the value of a key, wherever it stands: `@sveltejs/adapter-node` for `adapter: adapter()`. */
export const makerOf = (config: ConfigFile | null, key: string): string | null => {
  const module = config?.module
  if (!module) return null
  for (const node of nodesOf(module.program)) {
    const entry = node.type === 'ObjectExpression' ? property(node, key) : null
    const call = entry === null || entry === 'unsettled' ? null : settle(entry, module)
    const name = call?.type === 'CallExpression' ? dottedName(call.callee) : null
    const maker = name === null ? null : importedFrom(module, name)
    if (maker !== null) return maker
  }
  return null
}

const importedFrom = (module: Module, name: string): string | null => {
  for (const node of nodesOf(module.program)) {
    if (node.type === 'ImportDeclaration' && node.specifiers.some(({ local }) => local.name === name))
      return node.source.value
  }
  const value = module.names.get(name)
  const [source] =
    value?.type === 'CallExpression' && dottedName(value.callee) === 'require' ? value.arguments : []
  return source?.type === 'StringLiteral' ? source.value : null
}

/** A path as it is written in a configuration, without `./` and a slash at its end. */
export const plainPath = (path: string): string => path.replace(/^\.\//, '').replace(/\/+$/, '')

export const scriptOf = ({ json }: AppPackage, name: string): string => textAt(json, 'scripts', name) ?? ''
