import { runners } from '../plan/build-steps.ts'
import type { ImagePlan } from '../plan/image-plan.ts'

/** What a package manager needs done in an image; each is a line for RUN, `setup` whole lines. */
export interface PackageManagerSteps {
  setup: string[]
  install: string
  /** Mounts with `--cache`. */
  mounts: string[]
  /** How it starts a program of node_modules. */
  runner: string[]
  /** Takes the development dependencies out; null where that would take the generated Prisma client along. */
  prune: string | null
}

/** The steps of the app's own package manager, in its own version where that is known. */
export const packageManagerSteps = (image: ImagePlan): PackageManagerSteps => {
  const { name } = image.packageManager
  const row = rowOf(image)
  return {
    setup: row.setup,
    install: [
      ...(image.isUnlocked ? row.unlocked : row.locked),
      ...filter(image),
      ...(image.ignoreScripts
        ? [isBerry(image.packageManager) ? '--mode=skip-build' : '--ignore-scripts']
        : []),
      ...(image.legacyPeerDeps ? ['--legacy-peer-deps'] : []),
      ...(image.cache && name === 'pnpm' ? ['--store-dir=/pnpm/store'] : []),
    ].join(' '),
    mounts: image.cache ? [`type=cache,target=${row.cacheFolder}`] : [],
    runner: runners[name],
    prune: row.prune,
  }
}

interface Row {
  setup: string[]
  locked: string[]
  unlocked: string[]
  cacheFolder: string
  prune: string | null
}

const rowOf = ({ packageManager: { name, version }, runtime }: ImagePlan): Row => {
  switch (name) {
    case 'npm':
      return {
        setup: [],
        locked: ['npm ci', '--include=dev'],
        unlocked: ['npm install', '--include=dev'],
        cacheFolder: '/root/.npm',
        prune: 'npm prune --omit=dev',
      }
    case 'pnpm':
      return {
        setup: globally('pnpm', version),
        locked: ['pnpm install', '--frozen-lockfile --prod=false'],
        unlocked: ['pnpm install', '--no-frozen-lockfile --prod=false'],
        cacheFolder: '/pnpm/store',
        prune: 'pnpm prune --prod',
      }
    case 'yarn':
      return isBerry({ name, version })
        ? {
            setup: [
              // Node's image has Yarn 1 under that name.
              ...globally('yarn', version, '@yarnpkg/cli-dist', '--force'),
              // Node finds packages by itself only in node_modules.
              'ENV YARN_NODE_LINKER="node-modules"',
            ],
            locked: ['yarn install', '--immutable'],
            unlocked: ['yarn install', '--no-immutable'],
            cacheFolder: '/root/.yarn/berry/cache',
            prune: null,
          }
        : {
            setup: [],
            locked: ['yarn install', '--frozen-lockfile --production=false'],
            unlocked: ['yarn install', '--production=false'],
            cacheFolder: '/usr/local/share/.cache/yarn',
            prune: null,
          }
    case 'bun':
      return {
        setup: runtime.name === 'bun' ? [] : globally('bun', version),
        locked: ['bun install', '--frozen-lockfile'],
        unlocked: ['bun install'],
        cacheFolder: '/root/.bun/install/cache',
        prune: null,
      }
  }
}

export const isBerry = ({ name, version }: ImagePlan['packageManager']): boolean =>
  name === 'yarn' && version !== null && !version.startsWith('1.')

/** Of a workspace only the app and the packages that it needs, by the managers that can tell. */
const filter = ({ workspace, packageManager }: ImagePlan): string[] => {
  if (!workspace || workspace.app === '.') return []
  if (packageManager.name === 'npm')
    return [
      ...[workspace.app, ...workspace.needs].map((folder) => `--workspace=${folder}`),
      '--include-workspace-root',
    ]
  return packageManager.name === 'pnpm' && workspace.name
    ? [`--filter "${workspace.name}..." --filter .`]
    : []
}

const globally = (
  name: string,
  version: string | null,
  spec: string = name,
  ...flags: string[]
): string[] => [
  `ARG ${name.toUpperCase()}_VERSION=${version ?? 'latest'}`,
  `RUN ${['npm install --global', ...flags].join(' ')} "${spec}@\${${name.toUpperCase()}_VERSION}"`,
]
