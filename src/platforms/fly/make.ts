import { show } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import type { Conversation } from '../conversation.ts'
import { failed } from './failures.ts'
import { noteStep, readSteps, type StepName } from './record.ts'
import type { Step } from './steps.ts'
import type { Present, Target } from './target.ts'

export interface MadeStep {
  step: StepName
  /** `there`: it was there before · `made` · `left`: nobody said yes. */
  outcome: 'there' | 'made' | 'left'
  /** As it was typed, or is to be; null for what was there. */
  command: string | null
}

/**
 * Makes what is not there yet, one step after the other, and looks on Fly whether it is there then. Where one is
 * declined, those behind it are left too. What is begun is written down first: done again, it goes on and makes nothing twice.
 *
 * @throws SeaworthyError that of the step, with what there is by then.
 */
export const makeAll = async (
  target: Target,
  steps: Step[],
  look: () => Promise<Present>,
  conversation: Conversation,
): Promise<MadeStep[]> => {
  const made: MadeStep[] = []
  let present = await look()
  for (const step of steps) {
    const outcome = isLeft(made) ? 'left' : await withMade(made, () => settle(step, present, conversation))
    const command = outcome === 'there' ? null : show(step.command(present))
    if (outcome === 'made') present = await withMade(made, () => make(target, step, present, look))
    made.push({ step: step.name, outcome, command })
  }
  return made
}

/** Somebody has declined a step. */
export const isLeft = (made: MadeStep[]): boolean => made.some(({ outcome }) => outcome === 'left')

/** Work whose error, or Ctrl-C at its question, says what there is on Fly by then and how to go on. */
export const withMade = async <Result>(made: MadeStep[], work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SeaworthyError)) throw error
    const there = made.filter(({ outcome }) => outcome !== 'left').map(({ step }) => step)
    throw error.withMore(
      `On Fly there is so far: ${there.join(', ') || 'nothing'}.`,
      'Run the same command again then: it goes on from here, and what is there is not made twice.',
    )
  }
}

const settle = async (
  step: Step,
  present: Present,
  { confirm, say }: Conversation,
): Promise<MadeStep['outcome']> => {
  if (await step.isThere(present)) {
    say(`${step.name}: is there already`)
    return 'there'
  }
  return (await confirm(step.about, show(step.command(present)))) ? 'made' : 'left'
}

const make = async (
  { flyctl, root, app }: Target,
  step: Step,
  before: Present,
  look: () => Promise<Present>,
): Promise<Present> => {
  const command = step.command(before)
  const note = (state: 'begun' | 'done') =>
    noteStep(root, app, step.name, { state, command: show(command), at: new Date().toISOString() })
  note('begun')
  const result = await flyctl.run(command, step.input ? { input: step.input(before) } : {})
  if (result.code !== 0) throw failed(command, result)
  const present = await look()
  if (!(await step.isThere(present))) throw notMade(step, show(command))
  note('done')
  return present
}

const notMade = ({ name, about }: Step, command: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-FLY-NOT-MADE',
    what: `\`${command}\` ended well, and Fly does not list what it should have made: ${about}.`,
    why: `The step ${name} cannot be counted as done.`,
    next: 'Look at the app with fly status, fly secrets list and fly volumes list.',
  })

/**
 * An app of that name which this launch did not make is another one, until it is said that it is this one.
 *
 * @throws SeaworthyError `SW-FLY-APP-TAKEN`.
 */
export const refuseStranger = ({ root, app }: Target, { isApp }: Present, isKnown: boolean): void => {
  if (!isApp || isKnown || readSteps(root, app).app) return
  throw new SeaworthyError({
    code: 'SW-FLY-APP-TAKEN',
    what: `Your account has an app ${app} already, which this launch did not make.`,
    why: 'Deploying to it would replace what runs there.',
    next: 'seaworthy launch --now --name another-name; or, where it is this app: seaworthy launch --now --adopt',
  })
}
