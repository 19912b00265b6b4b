import type { PackageManagerName } from '../scan/profile.ts'

/** Texts of the project that the plan builds upon; null for a file that is not there. */
export interface ProjectFiles {
  dockerfile: string | null
  flyToml: string | null
  packageJson: string | null
  /** Which of `presentNames` are there. */
  present: string[]
  /** Texts of the files that the options `--instructions-…` name, by their path. */
  instructions?: Record<string, string>
}

/** Files besides package.json that decide what an installation gives, where there are such. */
export const installFileNames = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  // What else is in that folder is of the machine alone.
  '.yarn/cache/',
  '.yarn/patches/',
  '.yarn/plugins/',
  '.yarn/releases/',
  'bunfig.toml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'patches/',
]

/** The lock file of each package manager; the first that is there counts. */
export const lockFileNames: Record<PackageManagerName, string[]> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
  bun: ['bun.lock', 'bun.lockb'],
}

/** Files whose being there decides something. */
export const presentNames = {
  /** In the root of the workspace, where there is one. */
  root: [...installFileNames, ...Object.values(lockFileNames).flat()],
  app: ['public/', 'tsconfig.json'],
}
