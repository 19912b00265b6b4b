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
  packageManager: {
    name: PackageManagerName
    /** Exact (`9.1.0`), or the major that wrote the lock file (`8`). */
    version: string | null
    /** How Yarn from 2 on installs. */
    linker?: 'pnp' | 'pnpm' | 'node-modules'
  }
  runtime: { name: 'node' | 'bun'; version: string }
  framework: FrameworkProfile | null
  /** Variables without which the app's own code listens on its machine alone, with what they are set to in production. */
  hosts: Record<string, string>
  /** Commands as one would type them, e.g. `npm run build`; null when there is none. */
  build: string | null
  start: string | null
  /** TCP port that the app listens on when `PORT` is not set. */
  port: number
  workspace: WorkspaceProfile | null
  /** Variables that its code checks as it starts; null where it checks none. */
  variables: VariablesProfile | null
  prisma: PrismaProfile | null
  /** What another tool has set up for production; null: nothing that is known. */
  earlier: EarlierSetup | null
  /** The paths in the bucket that litestream.yml names, by the file names of the databases. */
  backupPaths: Record<string, string>
  existing: { dockerfile: boolean; flyToml: boolean; litestreamYml: boolean; dockerignore: boolean }
  /** What the user should know although the scan went on, e.g. a setting that could not be read. */
  findings: Finding[]
  /** Where each fact came from: the key's path (`runtime.version`) to a place (`package.json#engines.node`). */
  sources: Record<string, string>
}

export interface EarlierSetup {
  by: 'dockerfile-node' | 'litefs'
  /** Its start script, relative to the root. */
  script: string | null
  /** The file that this makes a link to the volume of, as it is written there; null: none. */
  link: string | null
  /** The command that starts the app itself, where the image starts something else. */
  start: string | null
  /** Its files that nobody has edited since it made them. */
  unedited: string[]
}

export interface Finding {
  level: 'warning' | 'error'
  code: `SW-${string}`
  what: string
  next: string
}

export type PackageManagerName = 'npm' | 'yarn' | 'pnpm' | 'bun'

export interface FrameworkProfile {
  name: string
  version: string | null
  /**
   * What its build makes: `server` runs beside the app's node_modules; `standalone` has all it needs in `outputs`;
   * `static` is files without a server.
   */
  output: 'server' | 'standalone' | 'static'
  /** What the build makes and running needs: folders relative to the app's root, with forward slashes, no slash at the end. */
  outputs: string[]
  /** Variables with one value for all apps, without which its server listens on this machine alone, or answers nobody. */
  env: Record<string, string>
  /** Variables without which it does not start, or not safely: to be set as secrets. */
  secrets: string[]
  /** A path that the app's own source answers when it is well, e.g. `/healthcheck`. */
  health: string | null
  /** The template it was made from, e.g. `Epic Stack`. */
  template: string | null
}

export interface VariablesProfile {
  /** Those that it cannot do without. */
  names: string[]
  /** The variable that lets a build do without them all. */
  skippedBy: string | null
}

export interface WorkspaceProfile {
  /** Absolute path of the workspace's root. */
  root: string
  /** The app's folder in it, with forward slashes; `.` when the app is the root itself. */
  app: string
  /** The `name` in the app's package.json; what `--filter` and `--workspace` take. */
  name: string | null
  tool: 'turbo' | 'nx' | null
  /** Folders of all its packages (not the root itself), relative to `root`, sorted. */
  packages: string[]
  /** Those of them that the app depends on, directly or through others, without the app itself; sorted. */
  needs: string[]
  /** Those of these that have a script `build`, each behind what it needs itself. */
  builds: string[]
}

export interface PrismaProfile {
  /** Version of the installed CLI, else of the lock file, else the range in package.json. */
  version: string
  /** Folder of the package that has it, relative to the root: `.`, or `../../packages/db` for one of the workspace. */
  folder: string
  /** Schema files, relative to the root, with forward slashes. */
  schema: string[]
  /** `prisma.config.*`, relative to the root. */
  config: string | null
  provider: string
  /** The SQLite databases; empty for any other provider. */
  databases: DatabaseProfile[]
  migrations: { dir: string; count: number }
  seed: { command: string; from: string } | null
  /** What that command needs; null when there is no seed, or its command does not show which file it runs. */
  seedNeeds: SeedNeeds | null
  generators: GeneratorProfile[]
  /** Where the CLI stands in package.json, and the script that calls it while the app starts. */
  cli: { group: 'dependencies' | 'devDependencies' | null; calledBy: string | null }
}

export interface SeedNeeds {
  /** Its file and those of the app that it imports, relative to the root. */
  files: string[]
  /** The packages that run it or that these files import, as far as package.json names them. */
  packages: string[]
}

export interface GeneratorProfile {
  provider: string
  /** Folder of what it makes, relative to the root, or absolute where it lies outside; null: in node_modules. */
  output: string | null
  /** As written (`native`, `debian-openssl-3.0.x`); empty: Prisma's default, `native`. */
  binaryTargets: string[]
  /** `library`, `binary`, `client`; null where Prisma's default is meant. */
  engineType: string | null
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
