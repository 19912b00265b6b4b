import semver from 'semver'
import type { ImageInputs } from './image-inputs.ts'
import type { PrunePlan } from './image-plan.ts'
import { packageTable } from './package-json.ts'

/** What stays of node_modules; null: all of it. */
export const planPrune = (inputs: ImageInputs): PrunePlan | null => {
  const { profile, settings, own, startScript } = inputs
  const { prisma, framework } = profile
  const output = framework?.output ?? 'server'
  const isSeedUnclear = Boolean(prisma?.seed && prisma.seedNeeds === null)
  if (own || settings.dev || settings.deferBuild || output === 'static' || isSeedUnclear) return null
  // Next.js has packages in its output.
  const beside = framework?.outputs.find((folder) => folder.endsWith('/standalone')) ?? null
  const kept = { isOnly: false, beside, from: prisma && prisma.folder !== '.' ? prisma.folder : null }
  if (startScript === null)
    return output === 'server' ? { ...kept, by: 'package-manager', keep: [], drop: [] } : null
  const seed = seedPackages(inputs)
  const drop = dropped(inputs)
  return output === 'standalone'
    ? { ...kept, by: 'seaworthy', keep: ['seaworthy', ...seed], drop, isOnly: true }
    : { ...kept, by: 'seaworthy', keep: developmentPackages(inputs, seed), drop }
}

/** A client that is generated into the app's folder is not there to be read yet; it imports Prisma's package. */
const seedPackages = ({ profile: { prisma }, files }: ImageInputs): string[] => {
  const packages = prisma?.seedNeeds?.packages ?? []
  const isGenerated = prisma?.seed && prisma.generators.some(({ output }) => output !== null)
  const client =
    prisma?.folder !== '.' || Object.hasOwn(packageTable(files.packageJson, 'dependencies'), clientPackage)
  return isGenerated && client ? [...new Set([...packages, clientPackage])].sort() : packages
}

const clientPackage = '@prisma/client'

/**
 * What seaworthy brings for where nothing else is: npm's package of Litestream's binary, 29 MB, which the image has from
 * Litestream's own image, and its SQLite, 29 MB, which Node has by itself from 22.16 on.
 */
const dropped = ({ profile: { runtime }, files }: ImageInputs): string[] => {
  const sqlite = '@photostructure/sqlite'
  const hasSqlite = runtime.name === 'node' && semver.satisfies(newest(runtime.version), '^22.16 || >=24')
  const isOfApp = Object.hasOwn(packageTable(files.packageJson, 'dependencies'), sqlite)
  return ['@flydotio/litestream', ...(hasSqlite && !isOfApp ? [sqlite] : [])]
}

/** The tag of an image that names no minor version is that of the newest. */
const newest = (version: string): string => [...version.split('.'), '999', '999'].slice(0, 3).join('.')

/** Those of the development dependencies that seed and start command cannot do without, also of the workspace. */
const developmentPackages = ({ profile, files }: ImageInputs, seed: string[]): string[] => {
  const development = packageTable(files.packageJson, 'devDependencies')
  const own = packageTable(files.packageJson, 'dependencies')
  const ofOthers = profile.workspace ? seed.filter((name) => !Object.hasOwn(own, name)) : []
  const scripts = packageTable(files.packageJson, 'scripts')
  const script = /^\w+ run (\S+)$/.exec(profile.start ?? '')?.[1] ?? ''
  const words = (scripts[script] ?? profile.start ?? '').split(/[\s"'&|;()]+/)
  const calls = profile.prisma?.cli.calledBy ? ['prisma'] : []
  const ofApp = [...seed, ...words, ...calls].filter((name) => Object.hasOwn(development, name))
  return [...new Set([...ofApp, ...ofOthers])].sort()
}
