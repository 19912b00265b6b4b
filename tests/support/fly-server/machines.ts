import { machineAnswer, regionsAnswer, volumeAnswer } from '../flyctl/answers.ts'
import { statusOf } from '../flyctl/commands.ts'
import { newApp, newVolume } from '../flyctl/new-parts.ts'
import type { App, Machine, World } from '../flyctl/state.ts'
import type { Asked, Input } from './asked.ts'

/** Fly's newer interface: machines and volumes, and in later versions of flyctl all else but buckets. */
export const machines = (world: World, { method, path, body }: Asked): unknown => {
  if (path === '/v1/platform/regions') return { Regions: regionsAnswer }
  const [, name = '', part = '', id = '', verb = ''] =
    /^\/v1\/apps\/([\w-]+)(?:\/(\w+))?(?:\/(\w+))?(?:\/(\w+))?/.exec(path) ?? []
  if (method === 'POST' && name === '') {
    world.apps[body.name ?? ''] = newApp(body.org_slug ?? '')
    return { id: body.name, name: body.name }
  }
  const app = world.apps[name]
  if (!app) return 404
  if (part === 'secrets') return secrets(app, body)
  if (part === 'volumes') return volumes(app, method, id, body)
  if (part !== 'machines') return {}
  const machine = app.machines.find((each) => each.id === id)
  if (!machine) return id === '' ? app.machines.map((each) => machineAnswer(each, true)) : 404
  return ofMachine(app, machine, method, verb)
}

const secrets = (app: App, { values = {} }: Input): object => {
  for (const [name, value] of Object.entries(values))
    if (value === null) delete app.secrets[name]
    else app.secrets[name] = value
  return { secrets: Object.keys(app.secrets).map((name) => ({ name, digest: 'd' })) }
}

const volumes = (
  app: App,
  method: string,
  id: string,
  { name = '', region = '', size_gb: size }: Input,
): unknown => {
  if (method === 'POST') app.volumes.push(newVolume(name, region, size))
  const gone = app.volumes.find((each) => each.id === id)
  if (method === 'DELETE') app.volumes = app.volumes.filter((each) => each !== gone)
  const all = app.volumes.map((each) => volumeAnswer(each, app))
  return method === 'GET' ? all : gone ? volumeAnswer(gone, app) : all.at(-1)
}

const ofMachine = (app: App, machine: Machine, method: string, verb: string): unknown => {
  if (verb === 'exec') return { exit_code: 0, stdout: statusOf(machine, true) }
  if (verb === 'stop') machine.state = 'stopped'
  if (verb === 'start') machine.state = 'started'
  if (method === 'DELETE' && verb === '') app.machines = app.machines.filter((each) => each !== machine)
  if (verb === 'lease')
    return { status: 'success', data: { nonce: 'n', expires_at: 9_999_999_999, owner: 'me' } }
  return machineAnswer(machine, true)
}
