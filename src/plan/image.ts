import { posix } from 'node:path'
import { seedWords } from '../prisma/seed-words.ts'
import type { AppProfile, PackageManagerName } from '../scan/profile.ts'
import type { OwnDockerfile } from './own-dockerfile.ts'
import { packageTable } from './package-json.ts'
import type { ImagePlan, ProjectFiles } from './plan-types.ts'
import { shellWords } from './shell-words.ts'

export interface ImageInputs {
  profile: AppProfile
  files: ProjectFiles
  own: OwnDockerfile | null
  /** The command that fly.toml starts already, if it has one. */
  process: string | null
  port: number
  hasBackup: boolean
  /** npm spec of seaworthy. */
  package: string
}

/** What the image is made of. */
export const planImage = ({
  profile,
  files,
  own,
  process,
  port,
  hasBackup,
  package: spec,
}: ImageInputs): ImagePlan => ({
  runtime: profile.runtime,
  packageManager: profile.packageManager,
  moduleType: profile.moduleType,
  framework: profile.framework?.name ?? null,
  installFiles: installFiles(profile, files, spec),
  isWorkspace: profile.workspace !== null,
  packages: debianPackages(profile, files, hasBackup),
  generate: generateCommand(profile, files),
  buildEnv: buildEnv(profile),
  build: profile.build,
  prune: !seedNeedsDevelopment(profile, files),
  start: startCommand(profile, own, process),
  port,
  ignore: (profile.prisma?.databases ?? []).map(({ file }) => file).filter(isInside),
  isOwnDockerfile: own !== null,
  hasOwnEntrypoint: own?.hasEntrypoint ?? false,
})

const startCommand = (profile: AppProfile, own: OwnDockerfile | null, process: string | null): string[] => {
  if (own === null) return shellWords(profile.start ?? '')
  const command = process === null ? own.command : shellWords(process)
  return command.length > 0 ? command : shellWords(profile.start ?? '')
}

const lockFile: Record<PackageManagerName, string> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
  yarn: 'yarn.lock',
  bun: 'bun.lock',
}

/** The schema comes along because a `postinstall` script, Prisma's own among them, reads it. */
const installFiles = (profile: AppProfile, files: ProjectFiles, spec: string): string[] => {
  const { name } = profile.packageManager
  const lock = name === 'bun' && files.present.includes('bun.lockb') ? 'bun.lockb' : lockFile[name]
  const optional = files.present.filter((file) => file !== 'bun.lockb')
  const own = spec.startsWith(`${profile.root}/`) ? [packageFile(posix.relative(profile.root, spec))] : []
  const prisma = profile.prisma
    ? [...profile.prisma.schema.map(folderOf), profile.prisma.config ?? 'package.json']
    : []
  return [...new Set(['package.json', lock, ...optional, ...own, ...prisma])]
}

/** A tarball, or a folder with a slash at its end. */
const packageFile = (path: string): string => (/\.(tgz|tar\.gz)$/.test(path) ? path : `${path}/`)

/** The folder of a file with a slash at its end, or the file itself when it lies in the root. */
const folderOf = (path: string): string => (posix.dirname(path) === '.' ? path : `${posix.dirname(path)}/`)

const isInside = (file: string): boolean => !file.startsWith('/') && !file.startsWith('../')

/** `ca-certificates`: Litestream has none of its own. `openssl`: Prisma's engines before 7 look for it. */
const debianPackages = (
  profile: AppProfile,
  files: ProjectFiles,
  hasBackup: boolean,
): ImagePlan['packages'] => ({
  run: [...(hasBackup ? ['ca-certificates'] : []), ...(hasEngine(profile) ? ['openssl'] : [])],
  // Where no binary of it is to be had, installing compiles one.
  build: Object.keys(packageTable(files.packageJson, 'dependencies')).some((name) =>
    name.endsWith('better-sqlite3'),
  )
    ? ['g++', 'make', 'python3']
    : [],
})

const hasEngine = ({ prisma }: AppProfile): boolean =>
  prisma !== null && Number.parseInt(prisma.version, 10) < 7

const runners: Record<PackageManagerName, string[]> = {
  npm: ['npx'],
  pnpm: ['pnpm', 'exec'],
  yarn: ['yarn', 'run'],
  bun: ['bunx'],
}

const generateCommand = ({ prisma, packageManager }: AppProfile, files: ProjectFiles): string[] | null =>
  prisma === null || runsGenerate(files.packageJson)
    ? null
    : [...runners[packageManager.name], 'prisma', 'generate']

/** Scripts that installing or building runs by themselves. */
const runsGenerate = (packageJson: string | null): boolean =>
  Object.entries(packageTable(packageJson, 'scripts')).some(
    ([name, script]) =>
      /^(postinstall|prepare|prebuild|build)$/.test(name) && /\bprisma generate\b/.test(script),
  )

/** A seed like `tsx prisma/seed.ts` runs in production too, at the first start. */
const seedNeedsDevelopment = ({ prisma }: AppProfile, files: ProjectFiles): boolean => {
  const development = packageTable(files.packageJson, 'devDependencies')
  return seedWords(prisma?.seed?.command ?? '').some((word) => Object.hasOwn(development, word))
}

/** Prisma 7 refuses even `generate` while a variable of its configuration is unset. */
const buildEnv = ({ prisma }: AppProfile): Record<string, string> =>
  Object.fromEntries(
    (prisma?.databases ?? []).flatMap(({ env }) => (env === null ? [] : [[env, 'file:./build.db']])),
  )
