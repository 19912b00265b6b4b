import type { ImagePlan } from '../plan/plan-types.ts'

/** What a package manager needs done in an image; each is a line for RUN, `setup` whole lines. */
export interface PackageManagerSteps {
  setup: string[]
  install: string
  /** Takes the development dependencies out; null where that would take the generated Prisma client along. */
  prune: string | null
}

/** The steps of the app's own package manager, in its own version where that is known. */
export const packageManagerSteps = (
  { name, version }: ImagePlan['packageManager'],
  runtime: ImagePlan['runtime']['name'],
): PackageManagerSteps => {
  switch (name) {
    case 'npm':
      return { setup: [], install: 'npm ci --include=dev', prune: 'npm prune --omit=dev' }
    case 'pnpm':
      return {
        setup: globally('pnpm', version),
        install: 'pnpm install --frozen-lockfile --prod=false',
        prune: null,
      }
    case 'yarn':
      return version === null || version.startsWith('1.')
        ? { setup: [], install: 'yarn install --frozen-lockfile --production=false', prune: null }
        : { setup: ['RUN corepack enable'], install: 'yarn install --immutable', prune: null }
    case 'bun':
      return {
        setup: runtime === 'bun' ? [] : globally('bun', version),
        install: 'bun install --frozen-lockfile',
        prune: null,
      }
  }
}

const globally = (name: string, version: string | null): string[] => [
  `ARG ${name.toUpperCase()}_VERSION=${version ?? 'latest'}`,
  `RUN npm install --global "${name}@\${${name.toUpperCase()}_VERSION}"`,
]
