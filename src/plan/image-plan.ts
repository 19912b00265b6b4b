import type { PackageManagerName } from '../scan/profile.ts'
import type { Stage } from './dockerfile-options.ts'

export interface ImagePlan {
  runtime: { name: 'node' | 'bun'; version: string }
  /** What the image that runs is built on; `distroless` has neither shell nor package manager. */
  base: 'slim' | 'alpine' | 'distroless'
  packageManager: { name: PackageManagerName; version: string | null }
  moduleType: 'module' | 'commonjs'
  framework: string | null
  /** `static`: files alone, which nginx serves. */
  output: 'server' | 'standalone' | 'static'
  /** The folder of the app in the image, absolute. */
  folder: string
  /** The workspace that the app is a member of; its root is then what the image is built from. */
  workspace: ImageWorkspace | null
  /** What installing needs, relative to what the image is built from: package.json, the lock file, schema folders (`prisma/`), … */
  installFiles: string[]
  /** Nothing is locked: the lock file that there is belongs to another package manager. */
  isUnlocked: boolean
  ignoreScripts: boolean
  legacyPeerDeps: boolean
  /** Debian packages, for the whole image and for its build stage alone. */
  packages: { run: string[]; build: string[] }
  /** `npx prisma generate`, word by word; null where the app's own scripts do it or there is no Prisma. */
  generate: string[] | null
  /** Variables that the build wants to see, with harmless values. */
  buildEnv: Record<string, string>
  /** What other packages of the workspace need done before the app is built, in this order; folders are relative to `folder`. */
  packageSteps: { folder: string; command: string }[]
  build: string | null
  /** What is taken out of node_modules after the build; null: nothing. */
  prune: PrunePlan | null
  /** Links made in the image, relative to `folder`, where the app opens its database by another path. */
  links: { path: string; target: string }[]
  /** What comes from the build stage into the image that runs; absolute paths. */
  copies: { from: string; to: string }[]
  /** Who the app runs as; null: root. */
  user: string | null
  /** Words that go before the start command, after the start script. */
  entrypoint: string[]
  /** The start command, word by word. */
  start: string[]
  port: number
  /** Variables and build arguments of each stage, and lines of the user's own. */
  envs: Record<Stage, Record<string, string>>
  args: Record<Stage, Record<string, string>>
  instructions: Record<Stage, string | null>
  /** Secrets mounted while the app is built. */
  secrets: string[]
  /** BuildKit keeps what package managers download; `COPY --link`; mend line endings of Windows. */
  cache: boolean
  link: boolean
  windows: boolean
  /** Files of the developer's machine that must not reach the image: its databases. */
  ignore: string[]
  /** Folders that the build generates anew; what the developer's machine has there may be of another version or system. */
  generated: string[]
  /** The Dockerfile is the user's own and is left alone. */
  isOwnDockerfile: boolean
  /** A path that the app answers when it is well; null: none is known. */
  health: string | null
}

export interface ImageWorkspace {
  /** The app's folder and its package's name. */
  app: string
  name: string | null
  tool: 'turbo' | 'nx' | null
  /** Folders of the packages that the app depends on. */
  needs: string[]
}

export interface PrunePlan {
  /** `seaworthy prune`, which takes Prisma's CLI along too, or the package manager's own command. */
  by: 'seaworthy' | 'package-manager'
  /** Packages kept besides the app's dependencies: those that the seed needs. */
  keep: string[]
  /** Beginnings of names that go all the same. */
  drop: string[]
  /** Nothing else is kept: the app brings its own. */
  isOnly: boolean
  /** A folder of the build's output whose packages are copied to the same place. */
  beside: string | null
  /** Another package of the workspace whose packages are kept too: that with the seed. */
  from: string | null
}
