import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { manifestPath, parseManifest } from '../generate/manifest.ts'
import { buildPlan } from '../plan/plan.ts'
import {
  type DeployPlan,
  installFileNames,
  type PlanOptions,
  type ProjectFiles,
  type RememberedOptions,
} from '../plan/plan-types.ts'
import type { AppProfile } from '../scan/profile.ts'
import { scan } from '../scan/scan.ts'
import { type SourceTree, sourceTree } from '../scan/source-tree.ts'

/** The app that a command is about. */
export interface Project {
  /** Absolute path. */
  root: string
  profile: AppProfile
  files: ProjectFiles
  /** What was asked for when files were last written. */
  remembered: RememberedOptions
}

/** Reads the app in `dir`, relative to where the command was typed. @throws those of `scan`, `SW-MANIFEST-VERSION`. */
export const readProject = (dir: string | undefined, ctx: Context): Project => {
  const tree = sourceTree(resolve(ctx.cwd, dir ?? '.'))
  const profile = scan(tree)
  const { options: remembered } = parseManifest(tree.read(manifestPath))
  return { root: tree.root, profile, files: readFiles(tree), remembered }
}

/** The plan of that app, with what was asked for now or earlier. */
export const planOf = ({ profile, files, remembered }: Project, options: PlanOptions = {}): DeployPlan =>
  buildPlan(profile, { ...options, files, remembered })

const readFiles = (tree: SourceTree): ProjectFiles => ({
  dockerfile: tree.read('Dockerfile'),
  flyToml: tree.read('fly.toml'),
  packageJson: tree.read('package.json'),
  present: installFileNames.filter((name) => tree.has(name)),
})
