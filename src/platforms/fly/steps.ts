import type { Command } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { isRandom, secretLines } from '../random-secrets.ts'
import { createApp } from './apps.ts'
import type { StepName } from './record.ts'
import { importSecrets, secretsToMake } from './secrets.ts'
import { bucketName, createBucket, hasBucket } from './storage.ts'
import type { Present, Target } from './target.ts'
import { createVolume } from './volumes.ts'

/** One thing that is made outside of the app's folder. */
export interface Step {
  name: StepName
  /** For the question: what the command makes. */
  about: string
  command: (present: Present) => Command
  /** For the command's standard input. */
  input?: (present: Present) => string
  /** Nothing is to be done: it is there already. */
  isThere: (present: Present) => Promise<boolean>
}

export interface StepChoices {
  /** Slug of the organisation that a new app belongs to. */
  org: string
  /** Where a new volume is made; null: the machine tells. */
  region: string | null
}

/** What an app needs on Fly, in the order in which it is made; deploying comes after it. */
export const stepsFor = (target: Target, choices: StepChoices): Step[] => [
  appStep(target, choices),
  ...(target.plan.backup ? [bucketStep(target)] : []),
  ...(target.secrets.length > 0 ? [secretsStep(target)] : []),
  ...volumeSteps(target, choices.region),
]

const appStep = ({ flyctl, app }: Target, { org }: StepChoices): Step => ({
  name: 'app',
  about: `the app ${app}`,
  command: () => createApp(flyctl, app, org),
  isThere: async ({ isApp }) => isApp,
})

const bucketStep = ({ flyctl, app }: Target): Step => {
  const command = createBucket(flyctl, app, bucketName(app))
  return {
    name: 'bucket',
    about: "a private Tigris bucket and its five secrets; it agrees to Tigris's terms",
    command: () => command,
    isThere: ({ secrets }) => hasBucket(flyctl, app, secrets),
  }
}

const secretsStep = ({ flyctl, app, secrets: wanted }: Target): Step => ({
  name: 'secrets',
  about: `random values for ${wanted.filter(isRandom).join(', ')}, on standard input`,
  command: () => importSecrets(flyctl, app),
  input: ({ secrets }) => secretLines(secretsToMake(app, wanted, secrets)),
  isThere: async ({ secrets }) => secretsToMake(app, wanted, secrets).length === 0,
})

/** None where the plan has no volume. */
export const volumeSteps = ({ flyctl, app, plan }: Target, region: string | null): Step[] => {
  const { volume } = plan
  if (!volume) return []
  return [
    {
      name: 'volume',
      about: `a volume of ${volume.sizeGb} GB for the database`,
      command: ({ machine }) => createVolume(flyctl, app, volume, machine?.region ?? region ?? refuse(app)),
      isThere: async (present) => present.volume !== null,
    },
  ]
}

const refuse = (app: string): never => {
  throw regionMissing(app)
}

export const regionMissing = (app: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-REGION',
    what: `Nothing says in which region the volume of ${app} is to be.`,
    why: 'A volume stays where it is made, and the machine with it.',
    next: 'Name one, e.g. seaworthy launch --region ams; fly platform regions lists them.',
  })
