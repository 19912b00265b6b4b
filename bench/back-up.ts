import type { Ground } from './ground.ts'
import type { Tool } from './site.ts'
import type { Bucket } from './store.ts'

/** A bucket with the backup of the 100 MB database, as this tool leaves it after a stop. */
export const backUp = async (ground: Ground, tool: Tool): Promise<Bucket> => {
  const bucket = ground.store.bucket()
  const site = await ground.site(tool, bucket)
  site.reset(ground.big)
  const machine = site.start()
  await machine.ready()
  await bucket.quiet()
  await machine.stop()
  return bucket
}
