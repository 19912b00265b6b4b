import { type Finding, type Ground, timeFinding } from '../ground.ts'
import { interleaved } from '../rounds.ts'
import type { Tool } from '../site.ts'
import { stepsIn } from '../steps.ts'

/** On an empty volume with an empty bucket: three migrations and the seed, above the seed and the app alone. */
export const firstStart = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const seed = await ground.site('app')
  const app = await ground.site('app')
  app.reset(ground.ready)
  const first = async (tool: Tool) => {
    const site = await ground.site(tool, ground.store.bucket())
    const machine = site.start()
    const answered = await machine.ready()
    await machine.stop()
    return { ...answered, ...stepsIn(machine.output()) }
  }
  const measured = await interleaved(rounds, {
    seed: async () => {
      seed.reset(ground.migrated)
      return { wall: await seed.startOther(process.execPath, ['prisma/seed.js']).ended() }
    },
    app: async () => {
      const machine = app.start()
      const answered = await machine.ready()
      await machine.stop()
      return { ...answered }
    },
    seaworthy: () => first('seaworthy'),
    peer: () => first('peer'),
  })
  const figure = 'first start (migrations and seed), above the seed and the app alone'
  const names = { today: 'peer', ours: 'seaworthy', floor: ['seed', 'app'] }
  return [timeFinding(figure, measured, names, 'wall', 200)]
}
