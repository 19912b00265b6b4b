import { parse } from '@decimalturn/toml-patch'
import { flyctlFaults } from '../flyctl-rules.ts'
import { appOf, type Job, nameOf, rootOf, tomlOf } from './job.ts'
import { newMachine, newVolume } from './new-parts.ts'
import { startMachine, stopMachine } from './run.ts'
import type { App, Machine, Volume } from './state.ts'

/** As flyctl: one version of the app for all machines, made where there are none. @throws Error in flyctl's words. */
export const deploy = async (job: Job): Promise<string> => {
  const app = appOf(job)
  const toml = tomlOf(job)
  const faults = flyctlFaults(toml)
  if (faults.length > 0) throw new Error(`App configuration is not valid: ${faults.join('; ')}`)
  const config: Record<string, never> = parse(toml)
  if (app.machines.length === 0) createMachines(job, app, config)
  for (const machine of app.machines) {
    attach(machine, app, config)
    const wasAsleep = machine.starts > 0 && machine.state === 'stopped'
    if (job.isRunning)
      // Loaded only where machines run: the other commands are to answer at once.
      machine.release = await (await import('./image.ts')).buildRelease(
        job.folder,
        rootOf(job),
        nameOf(job),
        machine,
        app,
      )
    if (wasAsleep) continue
    await stopMachine(machine, 'SIGTERM')
    await startMachine(job.folder, machine)
  }
  app.isDeployed = true
  return `==> Building image\n--> Building image done\nVisit your newly deployed app at https://${nameOf(job)}.fly.dev/`
}

/** A machine that has none gets a volume only by being replaced, and only where one is free. */
const attach = (machine: Machine, app: App, toml: Record<string, unknown>): void => {
  const [mount] = [toml.mounts ?? []].flat() as Record<string, string>[]
  if (!mount || machine.volume) return
  const free = app.volumes.find(
    ({ id, name, region }) =>
      name === mount.source && region === machine.region && !app.machines.some(({ volume }) => volume === id),
  )
  if (!free)
    throw new Error(
      `Process group 'app' needs volumes with name '${mount.source}' to fulfill mounts defined in fly.toml; Run \`fly volume create ${mount.source} -r REGION -n COUNT\` for the following regions and counts: ${machine.region}=1`,
    )
  Object.assign(machine, { ...newMachine(free), state: machine.state, starts: machine.starts })
}

/** Two machines where nobody says --ha=false; a volume for each where the app was never deployed, else there must be one. */
const createMachines = (job: Job, app: App, toml: Record<string, unknown>): void => {
  const [mount] = [toml.mounts ?? []].flat() as Record<string, string>[]
  const region = String(toml.primary_region ?? 'ams')
  for (let count = job.flags.ha === false ? 1 : 2; count > 0; count -= 1) {
    if (!mount) app.machines.push(newMachine(null, region))
    else {
      const isFree = ({ id, name }: Volume) =>
        name === mount.source && !app.machines.some(({ volume }) => volume === id)
      let volume = app.volumes.find(isFree)
      if (!volume && app.isDeployed)
        throw new Error(
          `creating a new machine in group 'app' requires an unattached '${mount.source}' volume. Create it with \`fly volume create ${mount.source}\``,
        )
      if (!volume) {
        volume = newVolume(mount.source ?? '', region)
        app.volumes.push(volume)
      }
      app.machines.push(newMachine(volume))
    }
  }
}
