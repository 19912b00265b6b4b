import { SeaworthyError } from '../../errors.ts'
import { takeFileLock } from '../../sqlite/file-lock.ts'
import { type LocalPaths, localPaths, makeLocalFolder } from './paths.ts'

/**
 * Does work that changes machine, volume or bucket of an app while nobody else does.
 *
 * @param root absolute path of the app.
 * @throws SeaworthyError `SW-LOCAL-BUSY`.
 */
export const alone = async <Result>(
  root: string,
  work: (paths: LocalPaths) => Promise<Result>,
): Promise<Result> => {
  const paths = localPaths(root)
  makeLocalFolder(paths)
  const lock = await takeFileLock(paths.lock, 0)
  if (lock === null) throw busy()
  try {
    return await work(paths)
  } finally {
    lock.release()
  }
}

const busy = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-BUSY',
    what: 'Another deployment of this app is under way.',
    why: 'Machine, volume and bucket are changed by one command at a time.',
    next: 'Wait for its end, and see what came of it: npx seaworthy local status',
  })
