import type { DeployPlan } from '../../plan/plan-types.ts'
import { appContainers, type Container } from './containers.ts'
import type { Docker } from './docker.ts'
import { readSetup } from './setup.ts'

/** What runs when a deployment begins, and goes on until the next release serves. */
export interface Present {
  serving: Container
  /** What a deployment that broke off has left beside it, and what has ended. */
  leftovers: Container[]
  /** Services of compose.yaml beside the app. */
  others: string[]
}

/** Null where nothing runs that another release can begin beside; that is said where it comes as a surprise. */
export const presentOf = async (
  target: Docker,
  { volume, image }: DeployPlan,
  say: (text: string) => void,
): Promise<Present | null> => {
  const all = await appContainers(target, ['--all'])
  const serving = servingOf(all)
  if (serving === null) return null
  const { services, publishedPort } = await readSetup(target)
  const reason =
    publishedPort(image.port) !== null
      ? 'the app has a port of the machine (`ports` in compose.yaml; Caddy needs none)'
      : volume && !serving.handsOver
        ? 'it began without SEAWORTHY_HANDOVER=1'
        : null
  if (reason !== null) {
    say(`The last release is stopped before the new one begins: ${reason}.`)
    return null
  }
  return {
    serving,
    leftovers: all.filter(({ id }) => id !== serving.id),
    others: services.filter((service) => service !== 'app'),
  }
}

const servingOf = (containers: Container[]): Container | null => {
  const running = containers.filter(({ isRunning }) => isRunning)
  return running.findLast(({ health }) => health === 'healthy') ?? running[0] ?? null
}
