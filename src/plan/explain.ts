import { show } from '../command.ts'
import type { ImagePlan } from './image-plan.ts'
import type { ComposePlan, DeployPlan, VolumePlan, WorkflowPlan } from './plan-types.ts'

/** One line of the plan as the user sees it. */
export interface PlanRow {
  label: string
  value: string
  /** Where the value came from. */
  from: string
}

/** The plan, row by row; what does not apply has no row. */
export const explain = (plan: DeployPlan): PlanRow[] => {
  const { app, image, machine, database, volume, backup, secrets, workflow, compose, sources } = plan
  const row = (label: string, value: string | null | undefined, source: string): PlanRow[] =>
    value ? [{ label, value, from: sources[source] ?? 'default' }] : []
  const flyRows = (region: string | null, { size, memoryMb }: DeployPlan['machine']): PlanRow[] => [
    ...row('Region', region ?? 'chosen by Fly', 'app.region'),
    ...row('App Machines', `${size}, ${memoryText(memoryMb)} RAM`, 'machine'),
  ]
  const composeRows = ({ domain, context }: ComposePlan): PlanRow[] => [
    ...row('Target', 'compose.yaml, on any machine with Docker', 'target'),
    ...row('Docker', context && `context ${context}`, 'compose.context'),
    ...row('Domain', domain, 'compose.domain'),
  ]
  return [
    ...row('Name', app.name, 'app.name'),
    ...(compose ? composeRows(compose) : flyRows(app.region, machine)),
    ...row('Framework', frameworkText(image), 'image.framework'),
    ...row(image.runtime.name === 'bun' ? 'Bun' : 'Node', image.runtime.version, 'image.runtime'),
    ...row('Workspace', workspaceText(image.workspace), 'image.workspace'),
    ...row('Packages', packagesText(image.packageManager), 'image.packageManager'),
    ...row('Build', image.build, 'image.build'),
    ...row('Start', commandText(image.start), 'image.start'),
    ...row('Port', String(image.port), 'image.port'),
    ...row('Health', image.health, 'image.health'),
    ...row('Image', image.isOwnDockerfile ? 'Dockerfile' : 'Dockerfile (new)', 'image.dockerfile'),
    ...row('Database', database && `SQLite, ${database.file}`, 'database'),
    ...row('Migrations', database && migrationsText(database.migrations), 'database.migrations'),
    ...row('Seed', database?.seed, 'database.seed'),
    ...row('Volume', volume && volumeText(volume), 'volume'),
    ...row(compose ? 'Bucket' : 'Tigris', backup && bucketText(compose), 'backup'),
    ...row('Litestream', backup?.litestream, 'backup.litestream'),
    ...row('Retention', backup && daysText(backup.retention), 'backup.retention'),
    ...row('To set', secrets.join(', '), 'secrets'),
    ...row('GitHub', workflow && workflowText(workflow), 'workflow'),
  ]
}

const bucketText = (compose: ComposePlan | null): string => {
  if (compose === null) return 'private bucket'
  return compose.hasBucketServer ? 'on the same machine, for a try' : 'any S3 store, by its five secrets'
}

const frameworkText = ({ framework, output }: ImagePlan): string | null =>
  framework && output !== 'server' ? `${framework}, ${output}` : framework

const workspaceText = (workspace: ImagePlan['workspace']): string | null =>
  workspace &&
  workspace.app + (workspace.needs.length > 0 ? `, which needs ${workspace.needs.join(', ')}` : '')

const packagesText = ({ name, version }: ImagePlan['packageManager']): string =>
  version === null ? name : `${name} ${version}`

const memoryText = (megabytes: number): string =>
  megabytes % 1024 === 0 ? `${megabytes / 1024}GB` : `${megabytes}MB`

const volumeText = ({ source, destination, sizeGb, autoExtend }: VolumePlan): string =>
  `${source} at ${destination}, ${sizeGb}GB, grows to ${autoExtend.limit}`

/** `168h`, as Litestream writes it. */
const daysText = (retention: string): string => `${Number.parseInt(retention, 10) / 24} days`

const workflowText = ({ staging }: WorkflowPlan): string =>
  staging === null ? 'deploys main' : `deploys main, and staging to ${staging}`

const commandText = ([file, ...args]: string[]): string | null =>
  file === undefined ? null : show({ file, args })

const migrationsText = ({ dir, count }: { dir: string; count: number }): string => `${count} in ${dir}`
