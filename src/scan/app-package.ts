import { posix } from 'node:path'
import { reasonOf, SeaworthyError } from '../errors.ts'
import type { Fact } from './fact.ts'
import { fact } from './fact.ts'
import { isRecord, textAt } from './json-value.ts'
import type { WorkspaceProfile } from './profile.ts'
import type { SourceTree } from './source-tree.ts'
import { findWorkspace } from './workspace.ts'

/** The app's own package.json with the workspace around it: what nearly every fact is read from. */
export interface AppPackage {
  tree: SourceTree
  /** package.json as it is: its shape is the user's. */
  json: Record<string, unknown>
  workspace: Fact<WorkspaceProfile> | null
  /** The app's folder, then the workspace's root: where lock files and version files may lie. */
  trees: SourceTree[]
}

/** Throws `SW-APP-NO-FOLDER`, `SW-APP-NO-PACKAGE-JSON` and `SW-APP-PACKAGE-JSON-INVALID`. */
export const readAppPackage = (tree: SourceTree): AppPackage => {
  const json = readPackageJson(tree)
  const workspace = findWorkspace(tree)
  const isInside = workspace !== null && workspace.value.app !== '.'
  return { tree, json, workspace, trees: isInside ? [tree, tree.at(workspace.value.root)] : [tree] }
}

/** The name of the package without its scope, else that of the folder. */
export const appName = ({ json, tree }: AppPackage): string =>
  posix.basename(textAt(json, 'name') ?? tree.root)

const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/** The range that package.json asks for, the app's before the workspace's. */
export const dependencyRange = ({ trees }: AppPackage, name: string): Fact<string> | null => {
  for (const tree of trees) {
    const json = tree.json('package.json')
    for (const group of groups) {
      const range = textAt(json, group, name)
      if (range) return fact(range, `package.json#${group}.${name}`)
    }
  }
  return null
}

const readPackageJson = (tree: SourceTree): Record<string, unknown> => {
  if (!tree.hasFolder('.')) throw noFolder(tree)
  const json = parsedPackageJson(tree)
  if (json === null) {
    throw new SeaworthyError({
      code: 'SW-APP-NO-PACKAGE-JSON',
      what: `There is no package.json in ${tree.root}.`,
      why: 'An app is a folder with a package.json.',
      next: 'Name the folder of the app: seaworthy scan path/to/app',
    })
  }
  if (!isRecord(json)) throw invalid(tree, 'It holds no JSON object.')
  return json
}

const noFolder = (tree: SourceTree): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-APP-NO-FOLDER',
    what: `${tree.root} is ${tree.has('.') ? 'a file' : 'not there'}.`,
    why: 'An app is a folder with a package.json.',
    next: 'Name the folder of the app: seaworthy scan path/to/app',
  })

const parsedPackageJson = (tree: SourceTree): unknown => {
  try {
    return tree.json('package.json')
  } catch (error) {
    if (!(error instanceof SeaworthyError)) throw error
    throw invalid(tree, error.why ?? reasonOf(error))
  }
}

const invalid = (tree: SourceTree, why: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-APP-PACKAGE-JSON-INVALID',
    what: `package.json in ${tree.root} cannot be read.`,
    why,
    next: 'Mend package.json; this shows where it is broken: npm pkg get name',
  })
