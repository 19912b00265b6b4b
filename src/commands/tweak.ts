import { InvalidArgumentError } from 'commander'
import type { DeployPlan, PlanOptions } from '../plan/plan-types.ts'
import { askText, askYesNo } from '../terminal/prompts.ts'
import { asMegabytes, asName, asPort, asRegion } from './plan-options.ts'

/** Lets the user edit the settings of a plan; gives what was changed. */
export const tweak = async (plan: DeployPlan): Promise<PlanOptions> => {
  const name = await askText('Name', plan.app.name, faultOf(asName))
  const region = await askText('Region (empty: the fastest one for you)', plan.app.region ?? '', (answer) =>
    answer === '' ? undefined : faultOf(asRegion)(answer),
  )
  const memory = await askText('Memory in MB', String(plan.machine.memoryMb), faultOf(asMegabytes))
  const port = await askText('Port', String(plan.image.port), faultOf(asPort))
  const isOtherwise =
    plan.database !== null &&
    (await askYesNo(
      plan.backup
        ? 'Leave the backup out? Then losing the volume loses the data.'
        : 'Back the database up after all, to a bucket?',
    ))
  return {
    ...(name === plan.app.name ? {} : { name }),
    ...(region === '' || region === plan.app.region ? {} : { region }),
    ...(asMegabytes(memory) === plan.machine.memoryMb ? {} : { memory: asMegabytes(memory) }),
    ...(asPort(port) === plan.image.port ? {} : { port: asPort(port) }),
    ...(isOtherwise ? { backup: plan.backup === null } : {}),
  }
}

const faultOf =
  (read: (text: string) => unknown) =>
  (answer: string): string | undefined => {
    try {
      read(answer)
      return undefined
    } catch (error) {
      if (error instanceof InvalidArgumentError) return error.message
      throw error
    }
  }
