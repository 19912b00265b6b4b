import { run, start } from '../../src/command.ts'
import { outputOf } from './buildah.ts'
import type { Container, ContainerTool } from './container-tool.ts'
import { supervise } from './supervise.ts'

/** A Docker engine on this machine: the containers use its network. */
export const dockerTool: ContainerTool = {
  name: 'docker',
  build: async (context, dockerfile, tag) => {
    await docker('build', '--network', 'host', '--tag', tag, '--file', `${context}/${dockerfile}`, context)
    return tag
  },
  size: async (image) => Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)),
  files: async (image) => {
    const container = await docker('create', image)
    const list = await run({
      file: 'sh',
      args: ['-c', 'docker export "$1" | tar --list --verbose', 'sh', container],
    })
    await docker('rm', container)
    return filesOf(outputOf('docker export', list))
  },
  start: startContainer,
  remove: async (image) => void (await docker('image', 'rm', '--force', image)),
}

/** Of lines such as `-rw-r--r-- 0/0 512 2026-01-01 00:00 app/package.json`, those of files. */
const filesOf = (listing: string): string[] =>
  listing.split('\n').flatMap((line) => {
    const [, path] = /^-\S+ +\S+ +\d+ \S+ \S+ (.*)$/.exec(line) ?? []
    return path ? [`/${path}`] : []
  })

async function startContainer(
  image: string,
  env: Record<string, string>,
  volume: string,
): Promise<Container> {
  const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const mount = ['--network', 'host', '--volume', `${volume}:/data`]
  const container = await docker('run', '--detach', ...mount, ...variables, image)
  const child = start(
    { file: 'docker', args: ['logs', '--follow', container] },
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { output, isRunning, exited } = supervise(child)
  return {
    output,
    isRunning,
    stop: async () => {
      await docker('kill', '--signal', 'TERM', container)
      return Number(await docker('wait', container))
    },
    destroy: async () => {
      await docker('rm', '--force', container)
      await exited
    },
  }
}

const docker = async (...args: string[]): Promise<string> =>
  outputOf(`docker ${args[0]}`, await run({ file: 'docker', args }))
