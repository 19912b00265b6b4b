import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import {
  appAnswer,
  listAnswer,
  machineAnswer,
  regionsAnswer,
  secretsAnswer,
  versionAnswer,
  volumeAnswer,
} from './answers.ts'
import { deploy } from './deploy.ts'
import { appOf, type Job, nameOf } from './job.ts'
import { newApp, newVolume } from './new-parts.ts'
import { bucketFolder, readStatus, startMachine, stopMachine, volumeFolder } from './run.ts'
import type { Machine } from './state.ts'

/** Does the work and gives what is printed. @throws Error with flyctl's own words. */
export const commands: Record<string, (job: Job) => Promise<unknown> | unknown> = {
  version: ({ world }) => versionAnswer(world),
  'auth whoami': () => ({ email: 'me@example.com' }),
  'orgs list': ({ world }) => world.orgs,
  'platform regions': () => regionsAnswer,
  'apps list': ({ world }) =>
    listAnswer(Object.entries(world.apps).map(([name, app]) => appAnswer(name, app))),
  'apps create': ({ world, args: [name = ''], flags: { org } }) => {
    if (!org) throw new Error('org slug must be specified when not running interactively')
    if (!(String(org) in world.orgs)) throw new Error(`organization ${org} not found`)
    if (name in world.apps || world.taken.includes(name))
      throw new Error('Validation failed: Name has already been taken')
    world.apps[name] = newApp(String(org))
    return `New app created: ${name}`
  },
  status: (job) => {
    const app = appOf(job)
    return {
      ...appAnswer(nameOf(job), app),
      Machines: app.machines.map((each) => machineAnswer(each, job.isHealthy)),
    }
  },
  'machine list': (job) => listAnswer(appOf(job).machines.map((each) => machineAnswer(each, job.isHealthy))),
  'machine start': async (job) => {
    const machine = machineOf(job)
    await startMachine(job.folder, machine)
    return `${machine.id} has been started`
  },
  'machine stop': async (job) => {
    const machine = machineOf(job)
    await stopMachine(machine, String(job.flags.signal ?? 'SIGINT') as NodeJS.Signals)
    return `Sending kill signal to machine ${machine.id}...`
  },
  'machine destroy': async (job) => {
    const machine = machineOf(job)
    if (machine.state !== 'stopped' && !job.flags.force)
      throw new Error(`machine ${machine.id} currently started, either stop first or use --force flag`)
    await stopMachine(machine, 'SIGKILL')
    const app = appOf(job)
    app.machines = app.machines.filter((each) => each !== machine)
    return `${machine.id} has been destroyed`
  },
  'machine exec': (job) => {
    const machine = machineOf(job)
    const line = job.args[1] ?? ''
    if (machine.state !== 'started') throw new Error(`could not exec command on machine ${machine.id}`)
    if (!/^cat \/\S+\/\.seaworthy\/status\.json$/.test(line)) return { exit_code: 127, stderr: line }
    const stdout = job.isRunning ? readStatus(machine) : statusOf(machine, job.isBackedUp)
    return stdout === null ? { exit_code: 1, stderr: 'cat: No such file or directory' } : { stdout }
  },
  'volumes list': (job) => {
    const app = appOf(job)
    return listAnswer(app.volumes.map((volume) => volumeAnswer(volume, app)))
  },
  'volumes create': (job) => {
    const { region, size, yes, 'snapshot-retention': days } = job.flags
    const app = appOf(job)
    if (!yes) throw new Error('yes flag must be specified when not running interactively')
    if (!region) throw new Error('region code must be specified when not running interactively')
    if (!regionsAnswer.some((each) => Reflect.get(each, 'code') === region))
      throw new Error(`region ${region} not found`)
    const volume = newVolume(job.args[0] ?? '', String(region), Number(size ?? 1), Number(days ?? 5))
    app.volumes.push(volume)
    return job.flags.json ? volumeAnswer(volume, app) : `ID: ${volume.id}`
  },
  'volumes destroy': (job) => {
    const app = appOf(job)
    if (!job.flags.yes) throw new Error('yes flag must be specified when not running interactively')
    for (const id of job.args) {
      if (app.machines.some(({ volume }) => volume === id))
        throw new Error('failed destroying volume: volume is currently bound to machine')
      if (!app.volumes.some((volume) => volume.id === id)) throw new Error(`volume ${id} not found`)
      app.volumes = app.volumes.filter((volume) => volume.id !== id)
      rmSync(volumeFolder(job.folder, id), { recursive: true, force: true })
    }
    return 'Destroyed volume'
  },
  'storage create': (job) => {
    const app = appOf(job)
    if (!job.flags.yes)
      throw new Error('To agree, the --yes flag must be specified when not running interactively')
    if (app.bucket)
      throw new Error(`A Tigris bucket named ${app.bucket} already exists for app ${nameOf(job)}`)
    if (!job.flags.name) throw new Error('prompt: non interactive')
    app.bucket = String(job.flags.name)
    const secrets = {
      AWS_ACCESS_KEY_ID: `tid_${randomBytes(9).toString('hex')}`,
      AWS_ENDPOINT_URL_S3: 'https://fly.storage.tigris.dev',
      AWS_REGION: 'auto',
      AWS_SECRET_ACCESS_KEY: `tsec_${randomBytes(20).toString('hex')}`,
      BUCKET_NAME: app.bucket,
    }
    const isFree = Object.keys(secrets).every((name) => !(name in app.secrets))
    if (isFree) Object.assign(app.secrets, secrets)
    // As the real one does: the values are printed.
    const lines = Object.entries(secrets).map(([name, value]) => `${name}: ${value}`)
    return `Your Tigris project (${app.bucket}) is ready.\n\n${lines.join('\n')}`
  },
  'storage status': (job) => {
    const { bucket } = appOf(job)
    if (!bucket) throw new Error("No project found. Provision one with 'flyctl ext tigris create'.")
    return `Status\n  Name = ${bucket}`
  },
  'storage destroy': (job) => {
    const app = appOf(job)
    if (!app.bucket) throw new Error("No project found. Provision one with 'flyctl ext tigris create'.")
    if (!job.flags.yes) throw new Error('yes flag must be specified when not running interactively')
    rmSync(bucketFolder(job.folder, app.bucket), { recursive: true, force: true })
    app.bucket = null
    return 'Your Tigris object storage bucket was destroyed'
  },
  'secrets list': (job) => secretsAnswer(appOf(job)),
  'secrets import': (job) => {
    const pairs = job.input.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
    if (pairs.length === 0) throw new Error('requires at least one SECRET=VALUE pair')
    for (const pair of pairs) {
      const [, name, value] = /^\s*([^=]+?)\s*= *(.*)$/.exec(pair) ?? []
      if (!name) throw new Error(`Secrets must be provided as NAME=VALUE pairs (${pair} is invalid)`)
      appOf(job).secrets[name] = value ?? ''
    }
    return 'Secrets have been staged, but not set on VMs.'
  },
  'secrets unset': (job) => {
    const app = appOf(job)
    for (const name of job.args) delete app.secrets[name]
    return 'Secrets have been staged, but not set on VMs.'
  },
  deploy,
}

const machineOf = (job: Job): Machine => {
  const machine = appOf(job).machines.find(({ id }) => id === job.args[0])
  if (!machine) throw new Error(`machine ${job.args[0]} was not found`)
  return machine
}

/** What a machine's start script would have written: another time at each start. */
export const statusOf = ({ starts }: Machine, isBackedUp: boolean): string =>
  JSON.stringify({
    version: 1,
    time: new Date(Date.UTC(2026, 10, 23, 9, starts)).toISOString(),
    state: isBackedUp ? 'backed-up' : 'not-backed-up',
    timeline: 1,
    confirmed: isBackedUp ? { position: `p${starts}`, time: '2026-11-23T09:00:00.000Z' } : null,
    local: `p${starts}`,
    lag: isBackedUp ? 0 : 9,
    reason: isBackedUp ? null : 'the bucket does not answer',
    litestream: '0.3.13',
  })
