import { posix } from 'node:path'
import type { AppProfile, PackageManagerName } from '../scan/profile.ts'
import type { ImageInputs } from './image-inputs.ts'
import type { ImagePlan } from './image-plan.ts'
import { packageManagerOf } from './install-files.ts'
import { packageTable } from './package-json.ts'

/** How each package manager starts a program of node_modules. */
export const runners: Record<PackageManagerName, string[]> = {
  npm: ['npx'],
  pnpm: ['pnpm', 'exec'],
  yarn: ['yarn', 'run'],
  bun: ['bunx'],
}

/**
 * `prisma generate`, word by word; null where installing or building does it, another package of the workspace has the
 * schema, or there is no Prisma.
 */
export const generateCommand = (inputs: ImageInputs): string[] | null =>
  inputs.profile.prisma?.folder !== '.' || runsGenerate(inputs) ? null : prismaGenerate(inputs)

const prismaGenerate = (inputs: ImageInputs): string[] => [
  ...runners[packageManagerOf(inputs).name],
  'prisma',
  'generate',
]

/** Where Turborepo, Nx or pnpm does not build them, the packages that the app needs; the client before them all. */
export const packageSteps = (inputs: ImageInputs): ImagePlan['packageSteps'] => {
  const { prisma, workspace } = inputs.profile
  const { name } = packageManagerOf(inputs)
  const builds = workspace === null || workspaceBuild(inputs) !== null ? [] : workspace.builds
  return [
    ...(prisma && prisma.folder !== '.'
      ? [{ folder: prisma.folder, command: prismaGenerate(inputs).join(' ') }]
      : []),
    ...builds.map((path) => ({
      folder: posix.relative(`/${workspace?.app}`, `/${path}`),
      command: `${name} run build`,
    })),
  ]
}

/** Scripts that installing or building runs by themselves. */
const runsGenerate = ({ files, settings }: ImageInputs): boolean =>
  Object.entries(packageTable(files.packageJson, 'scripts')).some(
    ([name, script]) =>
      (settings.ignoreScripts ? /^(prebuild|build)$/ : /^(postinstall|prepare|prebuild|build)$/).test(name) &&
      !(settings.deferBuild && /build$/.test(name)) &&
      /\bprisma generate\b/.test(script),
  )

/** The app's build, with that of the packages that it needs where one command does it all. */
export const buildCommand = (inputs: ImageInputs): string | null => {
  const { profile, settings } = inputs
  if (settings.deferBuild) return null
  if (settings.build) return settings.build
  if (profile.build === null) return null
  return workspaceBuild(inputs) ?? withManager(profile.build, packageManagerOf(inputs).name)
}

/** What Turborepo, Nx or pnpm builds the app with, and before it the packages that it needs; null where none does. */
const workspaceBuild = (inputs: ImageInputs): string | null => {
  const { workspace, build } = inputs.profile
  const { deferBuild, build: own } = inputs.settings
  const { name } = packageManagerOf(inputs)
  if (!workspace?.name || workspace.needs.length === 0 || build === null || deferBuild || own) return null
  const run = runners[name].join(' ')
  if (workspace.tool === 'turbo') return `${run} turbo run build --filter=${workspace.name}`
  if (workspace.tool === 'nx') return `${run} nx run ${workspace.name}:build`
  return name === 'pnpm' ? `pnpm --filter "${workspace.name}..." run build` : null
}

/** A command of package.json's scripts as another package manager starts it. */
export const withManager = (command: string, name: PackageManagerName): string =>
  name === 'bun' ? command.replace(/^npx /, 'bunx ').replace(/^(npm|pnpm|yarn) run /, 'bun run ') : command

/** Prisma 7 refuses even `generate` while a variable of its configuration is unset, and an app may refuse to be built so. */
export const buildEnv = ({ prisma, variables }: AppProfile): Record<string, string> =>
  Object.fromEntries([
    ...(prisma?.databases ?? []).flatMap(({ env }) => (env === null ? [] : [[env, 'file:./build.db']])),
    ...(variables?.skippedBy ? [[variables.skippedBy, 'true']] : []),
  ])
