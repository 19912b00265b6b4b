import { closeSync, readSync } from 'node:fs'
import { systemCode } from '../errors.ts'

/*
 * What an app's process runs before the app, by a `--require` that stands first in NODE_OPTIONS: it stands still until the
 * start says that its turn has come. Where the start has ended instead, nothing of the app ever runs.
 */

const { SEAWORTHY_GATE: descriptor, NODE_OPTIONS: options = '' } = process.env

const waitForTurn = (line: number): boolean => {
  for (;;) {
    try {
      return readSync(line, Buffer.alloc(1)) > 0
    } catch (error) {
      // A signal that Node hears by itself, SIGUSR1, is no turn.
      if (systemCode(error) !== 'EINTR') throw error
    }
  }
}

// The app's workers run this file too: without the variable it does nothing.
if (descriptor !== undefined) {
  delete process.env.SEAWORTHY_GATE
  const [, theirs] = /^--require "(?:\\.|[^"\\])*" (.*)$/s.exec(options) ?? []
  if (theirs === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = theirs
  const line = Number(descriptor)
  if (!waitForTurn(line)) process.exit()
  closeSync(line)
}
