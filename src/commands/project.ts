import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { type Manifest, manifestPath, parseManifest } from '../generate/manifest.ts'
import { type PerStage, readDockerfileOptions } from '../plan/dockerfile-options.ts'
import { readBuild } from '../plan/fly-toml.ts'
import type { PlanOptions, RememberedOptions } from '../plan/options.ts'
import { buildPlan } from '../plan/plan.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { type ProjectFiles, presentNames } from '../plan/project-files.ts'
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
  /** There is a fly.toml that was not made here: its app is on Fly already. */
  hasOwnFlyToml: boolean
}

/** Reads the app in `dir`, relative to where the command was typed. @throws those of `scan`, `SW-MANIFEST-VERSION`. */
export const readProject = (dir: string | undefined, ctx: Context): Project => {
  const tree = sourceTree(resolve(ctx.cwd, dir ?? '.'))
  const profile = scan(tree)
  const files = readFiles(tree, profile)
  const manifest = parseManifest(tree.read(manifestPath))
  return {
    root: tree.root,
    profile,
    files,
    remembered: manifest.options,
    hasOwnFlyToml: files.flyToml !== null && !wasMade('fly.toml', manifest),
  }
}

const wasMade = (path: string, { files, merged }: Manifest): boolean =>
  path in files && !merged.includes(path)

/**
 * The plan of that app, with what was asked for now or earlier.
 * @throws those of `buildPlan`; SW-USAGE when a file that an option names is not there.
 */
export const planOf = (project: Project, options: PlanOptions = {}): DeployPlan => {
  const { root, profile, files, remembered } = project
  const settings = options.dockerfile ?? readDockerfileOptions(files.packageJson)
  const instructions = readInstructions(sourceTree(root), settings?.instructions ?? {})
  return buildPlan(profile, { ...options, files: { ...files, instructions }, remembered })
}

const readInstructions = (tree: SourceTree, paths: PerStage<string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(paths).map(([stage, path]) => {
      const text = path === '' ? '' : tree.read(path)
      if (text !== null) return [path, text]
      throw usageError(
        `There is no file ${path} with lines for the Dockerfile.`,
        `Name one: --instructions-${stage}=path/to/lines, or none: --instructions-${stage}=`,
      )
    }),
  )

const readFiles = (tree: SourceTree, { workspace }: AppProfile): ProjectFiles => {
  const top = workspace === null ? tree : tree.at(workspace.root)
  const flyToml = tree.read('fly.toml')
  return {
    dockerfile: tree.read(readBuild(flyToml).dockerfile ?? 'Dockerfile'),
    flyToml,
    packageJson: tree.read('package.json'),
    present: [
      ...presentNames.root.filter((name) => top.has(name)),
      ...presentNames.app.filter((name) => tree.has(name)),
    ],
  }
}
