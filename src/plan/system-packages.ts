import { majorOf } from '../prisma/location.ts'
import type { AppProfile } from '../scan/profile.ts'
import type { ImageInputs } from './image-inputs.ts'
import type { ImagePlan } from './image-plan.ts'
import { packageTable } from './package-json.ts'

interface Row {
  /** What a dependency of the app is called, or how its version is written. */
  name?: RegExp
  version?: RegExp
  run?: string[]
  build?: string[]
}

const rows: Row[] = [
  // Where no binary of it is to be had, installing compiles one.
  { name: /^(better-sqlite3|sqlite3|bcrypt|argon2|canvas)$/, build: ['g++', 'make', 'python3'] },
  // https://docs.npmjs.com/cli/v11/configuring-npm/package-json#git-urls-as-dependencies
  { version: /^(git[+:]|github:|[\w.-]+\/\w)/, build: ['ca-certificates', 'git'] },
  { name: /^fluent-ffmpeg$/, run: ['ffmpeg'] },
  { name: /^puppeteer$/, run: ['chromium', 'chromium-sandbox'] },
]

/** Packages of the operating system, by their names in Debian, sorted. */
export const systemPackages = ({
  profile,
  files,
  settings,
  hasBackup,
}: ImageInputs): ImagePlan['packages'] => {
  const dependencies = ['dependencies', 'devDependencies'].flatMap((group) =>
    Object.entries(packageTable(files.packageJson, group)),
  )
  const found = rows.filter((row) =>
    dependencies.some(([name, version]) => row.name?.test(name) || row.version?.test(version)),
  )
  const { base = [], build = [], deploy = [] } = settings.packages ?? {}
  const run = sorted([
    // Litestream has no certificates of its own.
    ...(hasBackup ? ['ca-certificates'] : []),
    ...(hasEngine(profile) ? ['openssl'] : []),
    ...(hasDatabase(profile) ? ['tini'] : []),
    ...found.flatMap((row) => row.run ?? []),
    ...[...base, ...deploy],
  ])
  return {
    run,
    build: sorted([...found.flatMap((row) => row.build ?? []), ...build]).filter(
      (name) => !run.includes(name),
    ),
  }
}

/** The start script may be process 1, and Node cannot wait for orphans: docs/decisions/0025-process-1.md */
const hasDatabase = ({ prisma }: AppProfile): boolean => (prisma?.databases.length ?? 0) > 0

/** Prisma's engines before 7 look for openssl. */
const hasEngine = ({ prisma }: AppProfile): boolean => prisma !== null && majorOf(prisma.version) < 7

const sorted = (names: string[]): string[] => [...new Set(names)].sort()
