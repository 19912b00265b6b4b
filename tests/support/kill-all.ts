import { identify, killTree } from '../../src/platforms/local/process-tree.ts'

/** A process dies, and all that it has begun, in whatever process groups. */
export const killAll = async (pid: number | null | undefined): Promise<void> => {
  const id = await identify(pid ?? undefined)
  if (id !== null) await killTree(id)
}
