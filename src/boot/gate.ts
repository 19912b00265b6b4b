import { closeSync, readSync } from 'node:fs'

/*
 * What an app's process runs before the app, by `--require`: it stands still until the start says that its turn has come.
 * Where the start has ended instead, nothing of the app ever runs. The app's workers read this file too: they only forget it.
 */

const variable = 'SEAWORTHY_GATE'
const { [variable]: descriptor } = process.env

const own = process.execArgv.indexOf(import.meta.filename)
if (own > 0) process.execArgv.splice(own - 1, 2)

if (descriptor !== undefined) {
  delete process.env[variable]
  const line = Number(descriptor)
  if (readSync(line, Buffer.alloc(1)) === 0) process.exit()
  closeSync(line)
}
