import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeaworthyError } from '../../errors.ts'
import type { LocalPaths } from './paths.ts'

/** Bytes that the log has now; what comes behind them is of a later start. */
export const logSize = ({ log }: LocalPaths): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0

/** The log from this byte on. */
export const readLog = (paths: LocalPaths, from: number): string => {
  const buffer = Buffer.alloc(Math.max(0, logSize(paths) - from))
  if (buffer.length === 0) return ''
  const file = openSync(paths.log, 'r')
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from)).toString('utf8')
  } finally {
    closeSync(file)
  }
}

/** Hands out the log, and with `follow` what comes after it, until this process is ended. */
export const showLog = async (
  paths: LocalPaths,
  { follow = false }: { follow?: boolean },
  out: (text: string) => void,
): Promise<void> => {
  if (!statSync(paths.log, { throwIfNoEntry: false })) throw noLog()
  for (let [from, rest] = [0, '']; ; ) {
    const text = rest + readLog(paths, from)
    from = logSize(paths)
    const end = follow ? text.lastIndexOf('\n') : text.trimEnd().length
    rest = text.slice(end + 1)
    if (end > 0) out(text.slice(0, end))
    if (!follow) return
    await sleep(100)
  }
}

const noLog = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LOCAL-NO-MACHINE',
    what: 'There is no log: no machine of this app was ever started here.',
    next: 'npx seaworthy local deploy',
  })
