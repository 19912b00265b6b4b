import { join } from 'node:path'
import { backUp } from '../back-up.ts'
import { type Finding, type Ground, timeFinding } from '../ground.ts'
import { interleaved } from '../rounds.ts'
import type { Tool } from '../site.ts'
import { stepsIn } from '../steps.ts'
import type { Bucket } from '../store.ts'

/** On an empty volume with the backup of a 100 MB database, above Litestream's restore alone and the app alone. */
export const totalLoss = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const { store } = ground
  const backups = { seaworthy: await backUp(ground, 'seaworthy'), peer: await backUp(ground, 'peer') }
  const app = await ground.site('app')
  app.reset(ground.big)
  const recover = async (tool: Tool, backup: Bucket) => {
    // What the start writes to the bucket must not be there for the next one.
    const bucket = store.bucket(backup)
    const site = await ground.site(tool, bucket)
    const machine = site.start()
    const answered = await machine.ready()
    const steps = stepsIn(machine.output())
    await machine.kill()
    site.remove()
    await bucket.remove()
    return { ...answered, ...steps }
  }
  const measured = await interleaved(rounds, {
    app: async () => {
      const machine = app.start()
      const answered = await machine.ready()
      await machine.stop()
      return { ...answered }
    },
    restore: async () => {
      const bucket = store.bucket(backups.peer)
      const site = await ground.site('litestream', bucket)
      const words = ['restore', '-config', 'litestream.yml', join(site.volume, 'dev.db')]
      const wall = await site.startOther('litestream', words).ended()
      site.remove()
      await bucket.remove()
      return { wall }
    },
    seaworthy: () => recover('seaworthy', backups.seaworthy),
    peer: () => recover('peer', backups.peer),
  })
  const figure = "start after total loss, 100 MB, above Litestream's restore and the app alone"
  const names = { today: 'peer', ours: 'seaworthy', floor: ['restore', 'app'] }
  return [timeFinding(figure, measured, names, 'wall', 120)]
}
