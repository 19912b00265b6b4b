import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, CommandResult, RunOptions } from '../../src/command.ts'
import type { Host, Machine } from './machine.ts'
import type { SwitchingProxy } from './switching-proxy.ts'

/** A release whose start script runs for real, and the port that it has in place of an address of its own. */
export interface Release {
  port: number
  start(): Machine
}

interface Container {
  id: string
  created: string
  address: string
  port: number
  machine: Machine
  isRunning: boolean
  isRemoved: boolean
}

/**
 * Stands in for Docker with one app and one Caddy: knows the commands that a deployment uses, with their options as Docker's
 * own reference has them (https://docs.docker.com/reference/cli/docker/), and refuses any other.
 */
export const fakeDocker = ({ volume }: Host, proxy: SwitchingProxy, image: () => Release) => {
  const containers: Container[] = []
  const ran: string[] = []
  let built: Release | null = null

  const running = () => containers.filter(({ isRunning }) => isRunning)
  const one = (id: string | undefined) => containers.find((each) => each.id === id)

  const startContainer = () => {
    if (built === null) return failure('no image')
    const number = containers.length + 1
    const machine = built.start()
    containers.push({
      id: `container-${number}`,
      created: new Date().toISOString(),
      address: `172.18.0.${number}`,
      port: built.port,
      machine,
      isRunning: true,
      isRemoved: false,
    })
    machine.exited.then(() => end(`container-${number}`))
    return success('')
  }

  const end = (id: string) => {
    const container = one(id)
    if (container) container.isRunning = false
  }

  const stop = async (container: Container) => {
    await container.machine.stop()
    end(container.id)
  }

  const inspect = async (id: string | undefined) => {
    const container = one(id)
    if (container === undefined) return failure(`No such container: ${id}`)
    const isHealthy = await fetch(`http://127.0.0.1:${container.port}/rows`).then(
      ({ ok }) => ok,
      () => false,
    )
    return success(
      JSON.stringify([
        {
          Id: container.id,
          Created: container.created,
          RestartCount: 0,
          Config: { Env: ['SEAWORTHY_HANDOVER=1'] },
          State: {
            Running: container.isRunning,
            Health: { Status: isHealthy ? 'healthy' : container.isRunning ? 'starting' : 'unhealthy' },
          },
          NetworkSettings: { Networks: { logbook_default: { IPAddress: container.address } } },
        },
      ]),
    )
  }

  const switchTo = (release = '') => {
    const chosen = containers.find(({ address }) => release.startsWith(address)) ?? running().at(-1)
    if (chosen) proxy.switchTo(chosen.port)
    return success('')
  }

  /** Of /proc/net/tcp, a line for each request that is under way. */
  const connections = () =>
    success(
      containers
        .flatMap(({ address, port }) => Array(proxy.underWay(port)).fill(`0: 0:0 ${hexOf(address)}:0BB8 01`))
        .join('\n'),
    )

  const answers: [RegExp, (words: string[], options: RunOptions) => Outcome | Promise<Outcome>][] = [
    [/^(compose )?version$/, () => success('28')],
    [/^context inspect --format \{\{\S+}}$/, () => success('unix:///var/run/docker.sock\n')],
    [
      /^compose build app$/,
      () => {
        built = image()
        return success('')
      },
    ],
    [
      /^compose ps (--all )?--quiet app$/,
      (words) =>
        success(
          (words.includes('--all') ? containers.filter(({ isRemoved }) => !isRemoved) : running())
            .map(({ id }) => `${id}\n`)
            .join(''),
        ),
    ],
    [
      /^compose up --detach --remove-orphans$/,
      async () => {
        for (const container of running()) await stop(container)
        const result = startContainer()
        return switchTo() && result
      },
    ],
    [/^compose up --detach --no-deps --no-recreate --scale app=2 app$/, startContainer],
    [
      /^compose config --format json$/,
      () => success(JSON.stringify({ services: { app: { environment: {} }, caddy: {} } })),
    ],
    [/^compose up --detach --no-deps --remove-orphans caddy$/, () => success('')],
    [/^compose exec --no-TTY caddy sh -c cat .*release$/, (_, { input }) => switchTo(input)],
    [/^compose exec --no-TTY caddy cat \/proc\/net\/tcp$/, connections],
    [/^inspect --type container \S*$/, (words) => inspect(words.at(-1))],
    [
      /^stop \S+$/,
      async ([, id]) => {
        const container = one(id)
        if (container) await stop(container)
        return success('')
      },
    ],
    [
      /^rm (--force )?\S+$/,
      async (words) => {
        const container = one(words.at(-1))
        if (container?.isRunning) await container.machine.kill()
        if (container) {
          end(container.id)
          container.isRemoved = true
        }
        return success('')
      },
    ],
    [/^logs (--tail \d+ )?\S+$/, (words) => success(one(words.at(-1))?.machine.output() ?? '')],
    [
      /^exec \S+ cat \S+$/,
      (words) => success(readFileSync(join(volume, (words.at(-1) ?? '').replace('/data/', '')), 'utf8')),
    ],
  ]

  return {
    ran,
    run: async ({ file, args }: Command, options: RunOptions = {}): Promise<CommandResult> => {
      const line = args.join(' ')
      ran.push(line)
      const [, answer] = answers.find(([pattern]) => pattern.test(line)) ?? []
      const outcome =
        file === 'docker' && answer ? await answer([...args], options) : failure(`unknown: ${file} ${line}`)
      return { ...outcome, signal: null, isTimedOut: false, isMissing: false }
    },
  }
}

type Outcome = Pick<CommandResult, 'code' | 'stdout' | 'stderr'>

const success = (stdout: string): Outcome => ({ code: 0, stdout, stderr: '' })

const failure = (stderr: string): Outcome => ({ code: 125, stdout: '', stderr })

const hexOf = (address: string): string =>
  Buffer.from(address.split('.').toReversed().map(Number)).toString('hex').toUpperCase()
