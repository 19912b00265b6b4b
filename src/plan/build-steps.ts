import type { AppProfile, PackageManagerName } from '../scan/profile.ts'
import type { ImageInputs } from './image-inputs.ts'
import { packageManagerOf } from './install-files.ts'
import { packageTable } from './package-json.ts'

/** How each package manager starts a program of node_modules. */
export const runners: Record<PackageManagerName, string[]> = {
  npm: ['npx'],
  pnpm: ['pnpm', 'exec'],
  yarn: ['yarn', 'run'],
  bun: ['bunx'],
}

/** `prisma generate`, word by word; null where installing or building does it, or there is no Prisma. */
export const generateCommand = (inputs: ImageInputs): string[] | null =>
  inputs.profile.prisma === null || runsGenerate(inputs)
    ? null
    : [...runners[packageManagerOf(inputs).name], 'prisma', 'generate']

/** Scripts that installing or building runs by themselves. */
const runsGenerate = ({ files, settings }: ImageInputs): boolean =>
  Object.entries(packageTable(files.packageJson, 'scripts')).some(
    ([name, script]) =>
      (settings.ignoreScripts ? /^(prebuild|build)$/ : /^(postinstall|prepare|prebuild|build)$/).test(name) &&
      !(settings.deferBuild && /build$/.test(name)) &&
      /\bprisma generate\b/.test(script),
  )

/** The app's build; in a workspace that of Turborepo, Nx or pnpm, which builds the packages that the app needs before it. */
export const buildCommand = (inputs: ImageInputs): string | null => {
  const { profile, settings } = inputs
  const { workspace } = profile
  const { name } = packageManagerOf(inputs)
  if (settings.deferBuild) return null
  if (settings.build) return settings.build
  if (profile.build === null) return null
  if (workspace?.name && workspace.needs.length > 0) {
    const run = runners[name].join(' ')
    if (workspace.tool === 'turbo') return `${run} turbo run build --filter=${workspace.name}`
    if (workspace.tool === 'nx') return `${run} nx run ${workspace.name}:build`
    if (name === 'pnpm') return `pnpm --filter "${workspace.name}..." run build`
  }
  return withManager(profile.build, name)
}

/** A command of package.json's scripts as another package manager starts it. */
export const withManager = (command: string, name: PackageManagerName): string =>
  name === 'bun' ? command.replace(/^npx /, 'bunx ').replace(/^(npm|pnpm|yarn) run /, 'bun run ') : command

/** Prisma 7 refuses even `generate` while a variable of its configuration is unset. */
export const buildEnv = ({ prisma }: AppProfile): Record<string, string> =>
  Object.fromEntries(
    (prisma?.databases ?? []).flatMap(({ env }) => (env === null ? [] : [[env, 'file:./build.db']])),
  )
