import { show } from '../command.ts'
import type { DeployPlan } from './plan-types.ts'

/** One line of the plan as the user sees it. */
export interface PlanRow {
  label: string
  value: string
  /** Where the value came from. */
  from: string
}

/** The plan, row by row; what does not apply has no row. */
export const explain = (plan: DeployPlan): PlanRow[] => {
  const { app, image, machine, database, volume, backup, sources } = plan
  const row = (label: string, value: string | null | undefined, source: string): PlanRow[] =>
    value ? [{ label, value, from: sources[source] ?? 'default' }] : []
  return [
    ...row('Name', app.name, 'app.name'),
    ...row('Region', app.region ?? 'chosen by Fly', 'app.region'),
    ...row('App Machines', `${machine.size}, ${memoryText(machine.memoryMb)} RAM`, 'machine'),
    ...row('Framework', image.framework, 'image.framework'),
    ...row(image.runtime.name === 'bun' ? 'Bun' : 'Node', image.runtime.version, 'image.runtime'),
    ...row('Packages', image.packageManager.name, 'image.packageManager'),
    ...row('Build', image.build, 'image.build'),
    ...row('Start', commandText(image.start), 'image.start'),
    ...row('Port', String(image.port), 'image.port'),
    ...row('Image', image.isOwnDockerfile ? 'Dockerfile' : 'Dockerfile (new)', 'image.dockerfile'),
    ...row('Database', database && `SQLite, ${database.file}`, 'database'),
    ...row('Migrations', database && migrationsText(database.migrations), 'database.migrations'),
    ...row('Seed', database?.seed, 'database.seed'),
    ...row('Volume', volume && `${volume.source} at ${volume.destination}`, 'volume'),
    ...row('Tigris', backup && 'private bucket', 'backup'),
    ...row('Litestream', backup?.litestream, 'backup.litestream'),
  ]
}

const memoryText = (megabytes: number): string =>
  megabytes % 1024 === 0 ? `${megabytes / 1024}GB` : `${megabytes}MB`

const commandText = ([file, ...args]: string[]): string | null =>
  file === undefined ? null : show({ file, args })

const migrationsText = ({ dir, count }: { dir: string; count: number }): string => `${count} in ${dir}`
