import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from './machine.ts'

/**
 * Writes a program into the image that runs this Litestream, and passes on what it says, and SIGTERM.
 *
 * @param hear what it does with a piece of Litestream's log before it passes it on: JavaScript, with `text`, `child` and
 * `fs`, in the folder of the image.
 */
export const wrapLitestream = ({ image }: Host, litestream: string, hear: string): string => {
  const file = join(image, 'litestream.cjs')
  const script = `#!${process.execPath}
const fs = require('node:fs')
process.chdir(__dirname)
const child = require('node:child_process').spawn(${JSON.stringify(litestream)}, process.argv.slice(2), {
  stdio: ['ignore', 'pipe', 'inherit'],
})
child.stdout.setEncoding('utf8').on('data', (text) => {
  ${hear}
  process.stdout.write(text)
})
process.on('SIGTERM', () => {
  child.kill('SIGTERM')
  child.kill('SIGCONT')
})
child.on('close', (code) => process.exit(code ?? 1))`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
  return file
}

export interface BurstOptions {
  many: number
  last: number
  lingerMs?: number
}

/**
 * An app that writes rows of a page each at a time: `many` when Litestream is settled, and `last` when it is told to end,
 * which it does `lingerMs` later.
 */
export const burstApp = ({ many, last, lingerMs = 0 }: BurstOptions): string => `
import { writeFileSync } from 'node:fs'
import { open } from './database.js'
const database = open()
const add = (text, times) => database.exec(
  'WITH RECURSIVE "n" ("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n" WHERE "i" < ' + times + ') ' +
  'INSERT INTO "Row" ("text") SELECT \\'' + text + '\\' || hex(randomblob(2000)) FROM "n"')
process.on('SIGTERM', () => {
  writeFileSync('ending', '')
  add('last', ${last})
  setTimeout(() => process.exit(0), ${lingerMs})
})
setTimeout(() => {
  writeFileSync('writing', '')
  add('many', ${many})
  writeFileSync('written', '')
}, 4000)
setInterval(() => {}, 1000)`
