/**
 * What the app tells us: the result of `scan`, the input of `plan`, and what `seaworthy scan --json` prints.
 * Plain JSON; keys may be added, never changed within a version.
 */
export interface AppProfile {
  version: 1
  /** Absolute path of the app's folder. */
  root: string
  name: string
  /** `type` of package.json: what kind of script a `.js` file is. */
  moduleType: 'module' | 'commonjs'
  packageManager: { name: PackageManagerName; version: string | null }
  runtime: { name: 'node' | 'bun'; version: string }
  framework: { name: string; version: string | null } | null
  /** Commands as one would type them, e.g. `npm run build`; null when there is none. */
  build: string | null
  start: string | null
  /** TCP port that the app listens on when `PORT` is not set. */
  port: number
  workspace: { root: string; app: string } | null
  prisma: PrismaProfile | null
  existing: { dockerfile: boolean; flyToml: boolean; litestreamYml: boolean; dockerignore: boolean }
  /** What the user should know although the scan went on, e.g. a setting that could not be read. */
  findings: Finding[]
  /** Where each fact came from: the key's path (`runtime.version`) to a place (`package.json#engines.node`). */
  sources: Record<string, string>
}

export interface Finding {
  level: 'warning' | 'error'
  code: `SW-${string}`
  what: string
  next: string
}

export type PackageManagerName = 'npm' | 'yarn' | 'pnpm' | 'bun'

export interface PrismaProfile {
  /** Version of the installed CLI, else of the lock file, else the range in package.json. */
  version: string
  /** Schema files, relative to the root, with forward slashes. */
  schema: string[]
  /** `prisma.config.*`, relative to the root. */
  config: string | null
  provider: string
  /** The SQLite databases; empty for any other provider. */
  databases: DatabaseProfile[]
  migrations: { dir: string; count: number }
  seed: { command: string; from: string } | null
}

export interface DatabaseProfile {
  /** The file that Prisma opens: relative to the root with forward slashes, or absolute as written. */
  file: string
  /** The url as it stands in the source (or the development value of the variable). */
  url: string
  /** The environment variable that holds the url. */
  env: string | null
  /** Where the url was found, e.g. `prisma/schema.prisma:7`. */
  from: string
}
