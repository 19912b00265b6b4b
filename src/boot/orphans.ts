import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Command } from '../command.ts'
import type { Log } from './log.ts'
import { isZombie } from './processes.ts'

/**
 * As the first process of a container we are given every process whose parent has ended, and Node waits only for those
 * that it started: the others stay as zombies. Where the image has tini, it takes that over for the app's processes.
 */
export const withReaper = (command: Command): Command => {
  const tini = isFirst() ? findTini(process.env.PATH) : null
  if (tini === null) return command
  return { ...command, file: tini, args: ['-s', '-p', 'SIGKILL', '--', command.file, ...command.args] }
}

/** Says once when ended processes pile up that only an init could clear away. */
export const watchZombies = (log: Log): void => {
  if (!isFirst()) return
  let isLooking = false
  const look = (): void => {
    isLooking = false
    const count = countZombies()
    if (count < manyZombies) return
    process.off('SIGCHLD', onChild)
    const text = `${count} ended processes that the app left behind stay as zombies, since Node is the first process of this container: start it with an init (docker run --init, init: true in compose.yaml), or install tini into the image`
    log({ level: 'warn', step: 'launch', outcome: 'warning', text })
  }
  const onChild = (): void => {
    if (isLooking) return
    isLooking = true
    setTimeout(look, 1_000).unref()
  }
  process.on('SIGCHLD', onChild)
}

const manyZombies = 10

const isFirst = (): boolean => process.pid === 1 && process.platform === 'linux'

const findTini = (searchPath = ''): string | null => {
  const paths = searchPath
    .split(delimiter)
    .flatMap((folder) => [join(folder, 'tini'), join(folder, 'tini-static')])
  return paths.find(isProgram) ?? null
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const countZombies = (): number => childrenOfFirst().filter(isZombie).length

const childrenOfFirst = (): number[] => {
  try {
    const children = readFileSync('/proc/1/task/1/children', 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
