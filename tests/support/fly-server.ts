import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { appAnswer, machineAnswer, regionsAnswer, volumeAnswer } from './flyctl/answers.ts'
import { statusOf } from './flyctl/commands.ts'
import type { App, World } from './flyctl/state.ts'

/** Fly's two interfaces on this machine, as far as the real flyctl asks them for what there is. Gives where they are. */
export const flyServer = async (answer: (request: Asked) => unknown): Promise<string> => {
  const server = createServer(async (request, response) => {
    const given = answer({ path: request.url ?? '', query: await queryOf(request) })
    const status = typeof given === 'number' ? given : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(typeof given === 'number' ? { error: 'it is so' } : given))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Asked {
  path: string
  /** Of GraphQL; empty otherwise. */
  query: string
}

const queryOf = async (request: IncomingMessage): Promise<string> => {
  const body = await text(request)
  return request.url === '/graphql' ? JSON.parse(body).query : ''
}

/** The same account that the stand-in has: what the servers say of it. */
export const answersOf =
  (world: World) =>
  ({ path, query }: Asked): unknown => {
    const [, name = '', rest = ''] = /^\/v1\/apps\/([^/]+)\/(.*)$/.exec(path) ?? []
    const app = world.apps[name] ?? Object.values(world.apps)[0]
    if (query !== '')
      return { data: Object.fromEntries(graph(world, app).filter(([, , words]) => query.includes(words))) }
    if (path === '/v1/platform/regions') return { Regions: regionsAnswer }
    return app ? ofMachines(app, rest) : 404
  }

type Field = [name: string, value: unknown, words: string]

const graph = (world: World, app: App | undefined): Field[] => {
  const apps = Object.entries(world.apps).map(([name, each]) => lowerFirst(appAnswer(name, each)))
  const secrets = Object.keys(app?.secrets ?? {}).map((name) => ({
    name,
    digest: 'd',
    createdAt: '2026-11-23T09:00:00Z',
  }))
  const bucket = app?.bucket
    ? [{ id: 'b', name: app.bucket, status: 'ready', metadata: null, options: null }]
    : []
  return [
    ['viewer', { id: 'u', email: 'me@example.com' }, 'viewer {'],
    ['apps', { pageInfo: { hasNextPage: false }, nodes: apps }, 'apps(type'],
    [
      'organizations',
      { nodes: Object.entries(world.orgs).map(([slug, name]) => ({ slug, rawSlug: slug, name })) },
      'organizations(',
    ],
    ['platform', { regions: regionsAnswer.map(camelCase) }, 'platform {'],
    ['appbasic', apps[0], 'appbasic:'],
    ['appcompact', apps[0], 'appcompact:'],
    ['app', { ...apps[0], secrets, addOns: { nodes: bucket }, currentRelease: { version: 1 } }, ' app('],
  ]
}

const ofMachines = (app: App, rest: string): unknown => {
  const machines = app.machines.map((each) => machineAnswer(each, true))
  if (rest === 'machines') return machines
  if (rest === 'volumes') return app.volumes.map((each) => volumeAnswer(each, app))
  if (rest === 'secrets') return { secrets: Object.keys(app.secrets).map((name) => ({ name, digest: 'd' })) }
  const [machine] = app.machines
  if (rest.endsWith('/exec') && machine) return { exit_code: 0, stdout: statusOf(machine, true) }
  return machines[0] ?? 404
}

const lowerFirst = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key === 'ID' ? 'id' : `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      typeof each === 'object' ? lowerFirst(each) : each,
    ]),
  )

const camelCase = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      each,
    ]),
  )
