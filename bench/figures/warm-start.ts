import { type Finding, type Ground, timeFinding } from '../ground.ts'
import { interleaved, type Sample } from '../rounds.ts'
import type { Site } from '../site.ts'
import { stepsIn } from '../steps.ts'

/** Until the first answer, with nothing to restore, to migrate or to seed, above the app started alone. */
export const warmStart = async (ground: Ground, rounds: number): Promise<Finding[]> => {
  const { store } = ground
  const sites = {
    app: await ground.site('app'),
    litestream: await ground.site('litestream', store.bucket()),
    'seaworthy, bucket': await ground.site('seaworthy', store.bucket()),
    'seaworthy, no bucket': await ground.site('seaworthy'),
    'peer, bucket': await ground.site('peer', store.bucket()),
    'peer, no bucket': await ground.site('peer'),
  }
  for (const site of Object.values(sites)) site.reset(ground.ready)
  const runs = Object.entries(sites).map(([name, site]) => [name, () => timeStart(site)] as const)
  const measured = await interleaved(rounds, Object.fromEntries(runs))
  const against = (which: string) => ({
    today: `peer, ${which}`,
    ours: `seaworthy, ${which}`,
    floor: ['app'],
  })
  return [
    timeFinding('warm start with a bucket, above the app alone', measured, against('bucket'), 'wall', 100),
    timeFinding(
      'warm start without a bucket, above the app alone',
      measured,
      against('no bucket'),
      'wall',
      70,
    ),
    timeFinding('CPU of a warm start with a bucket, above the app', measured, against('bucket'), 'cpu', 100),
  ]
}

const timeStart = async (site: Site): Promise<Sample> => {
  const machine = site.start()
  const { wall, cpu } = await machine.ready()
  await machine.stop()
  return { wall, cpu, ...stepsIn(machine.output()) }
}
