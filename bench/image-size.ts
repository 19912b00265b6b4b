import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../src/command.ts'
import { apps, type ImageApp } from '../tests/images/apps.ts'
import { cache, outputOf } from '../tests/images/buildah.ts'
import type { ContainerTool } from '../tests/images/container-tool.ts'
import { containerTool, removeLeftovers } from '../tests/images/container-tools.ts'
import { copyApp, launchApp, packSeaworthy } from '../tests/images/launched-app.ts'

/*
 * The image of an app as our Dockerfile builds it, and as that of today's tool does:
 *
 *     npm run build && npx tsx bench/image-size.ts [app…]
 *
 * docs/performance.md says what is changed in the latter.
 */

const peerTool = '@flydotio/dockerfile@0.7.10'

const main = async (names: string[]): Promise<void> => {
  const tool = containerTool()
  if (!tool) return
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-image-size-'))
  try {
    const tarball = await packSeaworthy(folder)
    console.log("| app | today's tool | seaworthy | ratio |\n| --- | --- | --- | --- |")
    for (const app of apps.filter(({ name }) => names.includes(name))) {
      const ours = await sizeOfOurs(tool, app, tarball)
      const { size, fault } = await sizeOfPeer(tool, app)
      const ratio = size === null ? '' : `${(size / ours).toFixed(2)} ×`
      console.log(
        `| ${app.name} | ${size === null ? fault : megabytes(size)} | ${megabytes(ours)} | ${ratio} |`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
    await removeLeftovers()
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

const sizeOfOurs = async (tool: ContainerTool, app: ImageApp, tarball: string): Promise<number> => {
  const { context, dockerfile, remove } = await launchApp(app, tarball)
  return sizeOf(tool, context, dockerfile, 'seaworthy-size-ours').finally(remove)
}

const sizeOfPeer = async (
  tool: ContainerTool,
  app: ImageApp,
): Promise<{ size: number | null; fault: string }> => {
  const context = copyApp(app)
  try {
    await generateByPeer(context)
    return { size: await sizeOf(tool, context, 'Dockerfile', 'seaworthy-size-peer'), fault: '' }
  } catch (error) {
    return { size: null, fault: String(error).trim().split('\n').at(-1) ?? '' }
  } finally {
    rmSync(context, { recursive: true })
  }
}

const sizeOf = async (
  tool: ContainerTool,
  context: string,
  dockerfile: string,
  tag: string,
): Promise<number> => {
  const image = await tool.build(context, dockerfile, tag, 'kept')
  return tool.size(image).finally(() => tool.remove(image))
}

const generateByPeer = async (app: string): Promise<void> => {
  const own = ['package.json', 'package-lock.json'].map((name) => join(app, name))
  const before = own.map((file) => readFileSync(file, 'utf8'))
  const env = { npm_config_package_lock_only: 'true' }
  outputOf('dockerfile', await run({ file: await peer(), args: ['--litestream'], cwd: app, env }))
  // It also installs npm's package of Litestream, which would be in the image a second time.
  for (const [index, file] of own.entries()) writeFileSync(file, before[index] ?? '')
  const file = join(app, 'Dockerfile')
  writeFileSync(file, onEqualTerms(readFileSync(file, 'utf8'), app))
}

/** The same Node as ours, and the same Litestream from its image instead of a download. */
const onEqualTerms = (dockerfile: string, app: string): string => {
  const { engines }: { engines: { node: string } } = JSON.parse(
    readFileSync(join(app, 'package.json'), 'utf8'),
  )
  const node = engines.node.startsWith('^22') ? '22' : '24'
  return dockerfile
    .replace(/^ARG NODE_VERSION=.*$/m, `ARG NODE_VERSION=${node}`)
    .replace(
      /^RUN wget .*litestream(?:.*\\\n)+.*$/m,
      'COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/bin/litestream',
    )
}

const peer = async (): Promise<string> => {
  const prefix = join(cache, 'npm', peerTool.replace('/', '+'))
  const file = join(prefix, 'node_modules', '.bin', 'dockerfile')
  if (existsSync(file)) return file
  mkdirSync(prefix, { recursive: true })
  const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', peerTool]
  outputOf('npm install', await run({ file: 'npm', args }))
  return file
}

const words = process.argv.slice(2)
await main(words.length > 0 ? words : ['express-prisma6', 'hono-prisma7', 'next-standalone', 'nest'])
