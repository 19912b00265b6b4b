import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Command, type CommandResult, run } from '../../src/command.ts'
import { outputOf } from '../images/buildah.ts'
import { launchApp, packSeaworthy } from '../images/launched-app.ts'
import { freePort } from './free-port.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')

/** An app of `tests/images/apps`, launched for compose on a Docker engine, with a bucket beside it. */
export interface ComposeApp {
  root: string
  /** Of the project, as Docker has it: its image is `name-app`. */
  name: string
  /** On loopback: of the app while there is no Caddy, and of Caddy's TLS. */
  ports: Ports
  /** Launches it once more: with a domain, say. */
  launch: (...words: string[]) => Promise<void>
  /** Runs seaworthy's CLI, as built, in the app's folder. */
  seaworthy: (...words: string[]) => Promise<CommandResult>
  /** Runs docker in the app's folder, and gives what it printed. */
  docker: (...words: string[]) => Promise<string>
  /** What a container has said. */
  logs: (id: string) => Promise<string>
  /** With its containers, volumes, networks and images. */
  remove: () => Promise<void>
}

interface Ports {
  app: number
  tls: number
}

interface ComposeAppOptions {
  /** More for `seaworthy launch`. */
  words?: string[]
  /** What surrounds seaworthy, when it is typed. */
  env?: Command['env']
}

export const composeApp = async ({
  words: more = [],
  env = {},
}: ComposeAppOptions = {}): Promise<ComposeApp> => {
  const packed = mkdtempSync(join(tmpdir(), 'seaworthy-packed-'))
  const name = basename(packed).toLowerCase()
  const words = ['--target', 'compose', '--bucket-server', '--name', name, ...more]
  const app = { name: 'express-prisma6', folder: '.', absent: [] }
  const { context: root, remove } = await launchApp(app, await packSeaworthy(packed), words)
  rmSync(packed, { recursive: true })
  const ports = { app: await freePort(), tls: await freePort() }
  const runDocker = (...args: string[]) => run({ file: 'docker', args, cwd: root })
  const docker = async (...args: string[]) => outputOf(`docker ${args.join(' ')}`, await runDocker(...args))
  const seaworthy = (...args: string[]) =>
    run({ file: process.execPath, args: [cli, ...args], cwd: root, env })
  if (!existsSync(join(root, '.env.production')))
    copyFileSync(join(root, '.env.production.example'), join(root, '.env.production'))
  writeFileSync(join(root, overridePath), override(ports, more.includes('--domain')))
  return {
    root,
    name,
    ports,
    docker,
    logs: async (id) => {
      const { stdout, stderr } = await runDocker('logs', id)
      return stdout + stderr
    },
    seaworthy,
    launch: async (...more) => {
      outputOf('seaworthy launch', await seaworthy('launch', '--yes', ...more))
      writeFileSync(join(root, overridePath), override(ports, more.includes('--domain')))
    },
    remove: async () => {
      await docker('compose', 'down', '--timeout', '1', '--volumes', '--remove-orphans')
      const tags = await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `${name}-app`)
      await docker('image', 'rm', '--force', ...tags.split('\n'))
      remove()
    },
  }
}

const overridePath = 'compose.override.yaml'

/** Ports are on loopback; the image is built on this machine's network, since the engine's own may lead nowhere. */
const override = ({ app, tls }: Ports, hasCaddy: boolean): string => `\
services:
  app:
    build: { network: host }
    environment: { SEAWORTHY_LOG: json }
    ${hasCaddy ? '' : `ports: !override ["127.0.0.1:${app}:3000"]`}
${hasCaddy ? `  caddy: { ports: !override ["127.0.0.1:${tls}:443"] }` : ''}
`
