import { setTimeout as sleep } from 'node:timers/promises'
import type { FileLock } from '../sqlite/file-lock.ts'
import type { Predecessor } from './handover-socket.ts'
import type { Settings } from './settings.ts'
import { lockSuccession, lockVolume, lockVolumeNow, stateFolder, volumeLocked } from './volume.ts'

/** How a start has come to its volume: it holds it, or another does, beside which it begins. */
export type Entered = { lock: FileLock; predecessor: null } | { lock: null; predecessor: Predecessor }

/** Milliseconds between two looks for who holds the volume: it can be found only when its app runs. */
const lookEveryMs = 100

/**
 * Takes the volume; or, where this is wanted, joins the start that runs on it.
 *
 * @throws TemporaryError `SW-VOLUME-LOCKED`, SeaworthyError `SW-VOLUME-READ-ONLY`, `SW-VOLUME-FULL`, `SW-SQLITE-NONE`.
 */
export const enterVolume = async ({ volume, lockWait, isHandover }: Settings): Promise<Entered> => {
  const waitMs = lockWait * 1000
  if (!isHandover) return { lock: await lockVolume(volume, waitMs), predecessor: null }
  const deadline = performance.now() + waitMs
  const succession = await lockSuccession(volume, waitMs)
  if (succession === null) throw volumeLocked(volume, waitMs)
  for (;;) {
    const lock = await lockVolumeNow(volume)
    if (lock !== null) {
      succession.release()
      return { lock, predecessor: null }
    }
    const { meetPredecessor } = await import('./handover-socket.ts')
    const predecessor = await meetPredecessor(stateFolder(volume))
    if (predecessor !== null) return { lock: null, predecessor: keeping(predecessor, succession) }
    if (performance.now() >= deadline) throw volumeLocked(volume, waitMs)
    await sleep(lookEveryMs)
  }
}

// Nobody else may come to a volume that is being let go of.
const keeping = (predecessor: Predecessor, succession: FileLock): Predecessor => {
  let isKept = true
  const letGo = () => {
    if (isKept) succession.release()
    isKept = false
  }
  return {
    ...predecessor,
    get left() {
      return predecessor.left
    },
    taken: () => {
      predecessor.taken()
      letGo()
    },
    close: () => {
      predecessor.close()
      letGo()
    },
  }
}
