import { InvalidArgumentError } from 'commander'
import type { DeployPlan, PlanOptions } from '../plan/plan-types.ts'
import { askOne, askText, type Option } from '../terminal/prompts.ts'
import {
  asDays,
  asGigabytes,
  asMegabytes,
  asName,
  asPort,
  asRegion,
  asSize,
  asSnapshotDays,
} from './plan-options.ts'

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
  const chosen =
    rows[Number(await askOne('Which setting?', [{ value: 'done', label: 'all is well' }, ...shown]))]
  if (!chosen) return options
  const changed = { ...options, ...(await chosen.edit()) }
  return tweak(planWith(changed), changed, planWith)
}

interface Row {
  label: string
  /** As it is now. */
  value: string
  edit: () => Promise<PlanOptions>
}

/** The settings of that plan that can be edited; what does not apply has no row. */
const rowsOf = (plan: DeployPlan): Row[] => {
  const { app, machine, image, database, volume, backup } = plan
  return [
    typed('Name', app.name, asName, (name) => ({ name })),
    typed('Region', app.region ?? '', asRegion, (region) => ({ region })),
    typed('Machine size', machine.size, asSize, (size) => ({ size })),
    typed('Memory in MB', String(machine.memoryMb), asMegabytes, (memory) => ({ memory })),
    typed('Port', String(image.port), asPort, (port) => ({ port })),
    ...(volume
      ? [
          typed('Volume in GB', String(volume.sizeGb), asGigabytes, (volumeSize) => ({ volumeSize })),
          typed('Volume grows to, in GB', volume.autoExtend.limit, asGigabytes, (volumeLimit) => ({
            volumeLimit,
          })),
          typed("Days of Fly's snapshots", String(volume.snapshotDays), asSnapshotDays, (snapshotDays) => ({
            snapshotDays,
          })),
        ]
      : []),
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
    ...(backup
      ? [
          typed(
            'Days that the backup goes back',
            String(Number.parseInt(backup.retention, 10) / 24),
            asDays,
            (retention) => ({
              retention,
            }),
          ),
        ]
      : []),
  ]
}

const typed = <Value>(
  label: string,
  value: string,
  read: (text: string) => Value,
  optionsOf: (value: Value) => PlanOptions,
): Row => ({
  label,
  value: value || '-',
  edit: async () => {
    const answer = await askText(label, value, (text) => faultOf(read, text, value))
    return answer === value ? {} : optionsOf(read(answer))
  },
})

const switched = (
  label: string,
  isOn: boolean,
  optionsOf: (isOn: boolean) => PlanOptions,
  words: { on: string; off: string },
): Row => ({
  label,
  value: isOn ? 'yes' : 'no',
  edit: async () => {
    const [first, second] = [
      { value: 'on', label: words.on },
      { value: 'off', label: words.off },
    ]
    const answer = await askOne(label, isOn ? [first, second] : [second, first])
    return optionsOf(answer === 'on')
  },
})

/** What stood there may stay, even empty. */
const faultOf = (read: (text: string) => unknown, answer: string, before: string): string | undefined => {
  if (answer === before) return undefined
  try {
    read(answer)
    return undefined
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message
    throw error
  }
}
