import type { DatabasePlan, DeployPlan, VolumePlan } from '../plan/plan-types.ts'

/** The script that starts the app in production: short, and the user's to adapt. */
export const startScript = (plan: DeployPlan, database: DatabasePlan, volume: VolumePlan): string => {
  const steps = alignComments(stepsOf(plan, database))
  const settings = settingsOf(plan, database, volume)
  return plan.image.moduleType === 'module'
    ? `#!/usr/bin/env node
import { database } from 'seaworthy/boot'

const db = database({ ${settings} })
${steps.join('\n')}
`
    : `#!/usr/bin/env node
const { database } = require('seaworthy/boot')

const main = async () => {
  const db = database({ ${settings} })
${steps.map((line) => `  ${line}`).join('\n')}
}

main()
`
}

const settingsOf = (plan: DeployPlan, database: DatabasePlan, volume: VolumePlan): string =>
  [
    `file: ${literal(database.file)}`,
    ...(database.folder === '.' ? [] : [`prisma: ${literal(database.folder)}`]),
    ...(database.env === null ? [] : [`env: ${literal(database.env)}`]),
    `volume: ${literal(volume.destination)}`,
    ...(plan.startScript?.kind === 'entrypoint' && plan.image.user
      ? [`user: ${literal(plan.image.user)}`]
      : []),
    ...(plan.backup ? [] : ['backup: false']),
  ].join(', ')

type Step = [call: string, comment: string]

const stepsOf = (plan: DeployPlan, database: DatabasePlan): Step[] => [
  ['link()', "the app's database path → the volume"],
  ...when(plan.backup, ['restore()', 'from the bucket, if the volume has no database']),
  [`migrate(${literal(database.migrations.dir)})`, 'what is pending, behind a restore point'],
  ...when(database.seed, [`seed(${literal(database.seed ?? '')})`, 'once, right after the first migration']),
  ...when(plan.backup, ['replicate()', 'continuously, to the bucket']),
  ['launch()', "your application: the words after this script's name"],
]

const when = (condition: unknown, step: Step): Step[] => (condition ? [step] : [])

const alignComments = (steps: Step[]): string[] => {
  const calls = steps.map(([call]) => `await db.${call}`)
  const width = Math.max(...calls.map((call) => call.length))
  return steps.map(([, comment], index) => `${calls[index]?.padEnd(width)} // ${comment}`)
}

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
