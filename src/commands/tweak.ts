import type { PlanOptions } from '../plan/options.ts'
import type { BackupPlan, ComposePlan, DeployPlan, VolumePlan } from '../plan/plan-types.ts'
import { askOne, type Option } from '../terminal/prompts.ts'
import {
  asContext,
  asDays,
  asDomain,
  asGigabytes,
  asMegabytes,
  asName,
  asPort,
  asRegion,
  asSize,
  asSnapshotDays,
} from './plan-options.ts'
import { chosen, type Row, switched, typed } from './tweak-row.ts'

/** Lets the user edit one setting after the other; gives the options with what was changed. */
export const tweak = async (
  plan: DeployPlan,
  options: PlanOptions,
  planWith: (options: PlanOptions) => DeployPlan,
): Promise<PlanOptions> => {
  const rows = rowsOf(plan)
  const width = Math.max(...rows.map(({ label }) => label.length))
  const shown: Option<string>[] = rows.map(({ label, value }, index) => ({
    value: String(index),
    label: `${label.padEnd(width)}  ${value}`,
  }))
  const row =
    rows[Number(await askOne('Which setting?', [{ value: 'done', label: 'all is well' }, ...shown]))]
  if (!row) return options
  const changed = { ...options, ...(await row.edit()) }
  return tweak(planWith(changed), changed, planWith)
}

/** The settings of that plan that can be edited; what does not apply has no row. */
const rowsOf = (plan: DeployPlan): Row[] => {
  const { app, image, database, volume, backup, compose } = plan
  return [
    typed('Name', app.name, asName, (name) => ({ name })),
    targetRow(plan),
    ...(compose ? [domainRow(compose), contextRow(compose)] : machineRows(plan)),
    typed('Port', String(image.port), asPort, (port) => ({ port })),
    ...(volume && !compose ? volumeRows(volume) : []),
    ...(database
      ? [
          switched('Bucket', backup !== null, (isOn) => ({ backup: isOn }), {
            on: 'back the database up to a private bucket',
            off: 'no backup: losing the volume loses the data',
          }),
          switched('Seed', database.seed !== null, (isOn) => ({ seed: isOn }), {
            on: 'fill a new database with the seed, once',
            off: 'leave a new database as the migrations make it',
          }),
        ]
      : []),
    ...(backup && compose ? [bucketServerRow(compose)] : []),
    ...(backup ? [retentionRow(backup)] : []),
  ]
}

const targetRow = ({ target }: DeployPlan): Row =>
  chosen(
    'Target',
    [target, target],
    { fly: 'Fly', compose: 'compose.yaml, on any machine with Docker' },
    (answer) => ({ target: answer }),
  )

const domainRow = ({ domain }: ComposePlan): Row =>
  typed('Domain', domain ?? '', asDomain, (answer) => ({ domain: answer }))

const contextRow = ({ context }: ComposePlan): Row =>
  typed('Context of Docker', context ?? '', asContext, (answer) => ({ context: answer }))

const bucketServerRow = ({ hasBucketServer }: ComposePlan): Row =>
  switched('Bucket server', hasBucketServer, (isOn) => ({ bucketServer: isOn }), {
    on: 'a bucket on the same machine, for a try',
    off: 'any S3 store, by its five secrets',
  })

const machineRows = ({ app, machine }: DeployPlan): Row[] => [
  typed('Region', app.region ?? '', asRegion, (region) => ({ region })),
  typed('Machine size', machine.size, asSize, (size) => ({ size })),
  typed('Memory in MB', String(machine.memoryMb), asMegabytes, (memory) => ({ memory })),
]

const volumeRows = ({ sizeGb, autoExtend, snapshotDays }: VolumePlan): Row[] => [
  typed('Volume in GB', String(sizeGb), asGigabytes, (volumeSize) => ({ volumeSize })),
  typed('Volume grows to, in GB', autoExtend.limit, asGigabytes, (volumeLimit) => ({ volumeLimit })),
  typed("Days of Fly's snapshots", String(snapshotDays), asSnapshotDays, (days) => ({ snapshotDays: days })),
]

const retentionRow = ({ retention }: BackupPlan): Row =>
  typed(
    'Days that the backup goes back',
    String(Number.parseInt(retention, 10) / 24),
    asDays,
    (retention) => ({ retention }),
  )
