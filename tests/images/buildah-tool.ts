import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, start } from '../../src/command.ts'
import { buildah, cache, outputOf } from './buildah.ts'
import type { Container, ContainerTool } from './container-tool.ts'
import { supervise } from './supervise.ts'

/** Builds with buildah; a container is its files, in namespaces of their own for processes and mounts. */
export const buildahTool: ContainerTool = {
  name: 'buildah',
  build: async (context, dockerfile, tag, layers = 'squashed') => {
    const mounts = packageCaches.flatMap(([name, target]) => ['--volume', `${cacheFolder(name)}:${target}`])
    const build = [
      'bud',
      '--isolation',
      'chroot',
      '--network',
      'host',
      `--layers=${layers === 'kept'}`,
      ...mounts,
    ]
    // Docker finds that one by itself.
    const ignore = join(context, `${dockerfile}.dockerignore`)
    const flags = ['--tag', tag, ...(existsSync(ignore) ? ['--ignorefile', ignore] : [])]
    await buildah([...build, ...flags, '--file', join(context, dockerfile), context])
    return tag
  },
  size: async (image) => {
    const images: { names: string[] | null; size: string }[] = JSON.parse(await buildah(['images', '--json']))
    const found = images.find(({ names }) => names?.some((name) => name.startsWith(`localhost/${image}:`)))
    const [, amount, unit = ''] = /^([\d.]+) (\w+)$/.exec(found?.size ?? '') ?? []
    return Number(amount) * (units[unit] ?? Number.NaN)
  },
  files: (image) =>
    mounted(image, async (root) => {
      const find = { file: 'find', args: [root, '-xdev', '-type', 'f'] }
      return outputOf('find', await run(find))
        .split('\n')
        .map((path) => path.slice(root.length))
    }),
  start: startContainer,
  remove: async (image) => void (await buildah(['rmi', '--force', image])),
}

const packageCaches = [
  ['npm', '/root/.npm'],
  ['pnpm', '/root/.local/share/pnpm/store'],
  ['bun', '/root/.bun/install/cache'],
  ['yarn', '/root/.yarn/berry'],
] as const

const cacheFolder = (name: string): string => {
  const folder = join(cache, 'packages', name)
  mkdirSync(folder, { recursive: true })
  return folder
}

const units: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }

const mounted = async <Result>(image: string, work: (root: string) => Promise<Result>): Promise<Result> => {
  const { root, remove } = await unpack(image)
  try {
    return await work(root)
  } finally {
    await remove()
  }
}

const unpack = async (image: string): Promise<{ root: string; remove: () => Promise<void> }> => {
  const container = await buildah(['from', '--pull-never', image])
  const root = await buildah(['mount', container])
  return { root, remove: async () => void (await buildah(['rm', container])) }
}

interface ImageConfig {
  Env?: string[]
  Entrypoint?: string[]
  Cmd?: string[]
  WorkingDir?: string
}

async function startContainer(
  image: string,
  env: Record<string, string>,
  volume: string,
): Promise<Container> {
  const inspected: { OCIv1: { config: ImageConfig } } = JSON.parse(
    await buildah(['inspect', '--type', 'image', image]),
  )
  const { Env = [], Entrypoint = [], Cmd = [], WorkingDir = '/' } = inspected.OCIv1.config
  // What the stand-ins for base images bring for building is not there in production.
  const own = Env.filter((line) => !/^(PRISMA_|NODE_EXTRA_CA_CERTS=|npm_config_)/.test(line))
  const variables = [...own, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const { root, remove } = await unpack(image)
  const words = ['env', '--ignore-environment', `--chdir=${WorkingDir}`, ...variables, ...Entrypoint, ...Cmd]
  const namespaces = ['--mount', '--pid', '--fork', '--propagation', 'private']
  const child = start(
    { file: 'unshare', args: [...namespaces, 'sh', '-c', enter, 'sh', root, volume, ...words] },
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const supervised = supervise(child)
  return {
    ...supervised,
    stop: () => {
      process.kill(firstChildOf(child.pid ?? 0), 'SIGTERM')
      return supervised.exited
    },
    destroy: async () => {
      // With the main process of a namespace all the others die: as when a machine is lost.
      if (supervised.isRunning()) process.kill(firstChildOf(child.pid ?? 0), 'SIGKILL')
      await supervised.exited
      await remove()
    },
  }
}

// The container's main process replaces this shell, so that it is process 1 there.
const enter = `set -e
root=$1 volume=$2
shift 2
mkdir -p "$root/data" "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$volume" "$root/data"
exec chroot "$root" "$@"`

const firstChildOf = (pid: number): number => {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ', 1)[0]
  if (!child) throw new Error('The container has ended already.')
  return Number(child)
}
