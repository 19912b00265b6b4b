import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { installFileNames, type ProjectFiles } from '../plan/plan-types.ts'
import type { AppProfile } from '../scan/profile.ts'
import { scan } from '../scan/scan.ts'
import { type SourceTree, sourceTree } from '../scan/source-tree.ts'

/** The app that a command is about. */
export interface Project {
  /** Absolute path. */
  root: string
  profile: AppProfile
  files: ProjectFiles
}

/** Reads the app in `dir`, relative to where the command was typed. */
export const readProject = (dir: string | undefined, ctx: Context): Project => {
  const tree = sourceTree(resolve(ctx.cwd, dir ?? '.'))
  return { root: tree.root, profile: scan(tree), files: readFiles(tree) }
}

const readFiles = (tree: SourceTree): ProjectFiles => ({
  dockerfile: tree.read('Dockerfile'),
  flyToml: tree.read('fly.toml'),
  packageJson: tree.read('package.json'),
  present: installFileNames.filter((name) => tree.has(name)),
})
