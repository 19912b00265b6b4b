import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import { newHost } from '../support/machine.ts'
import { hasS3Server, startS3Server } from '../support/s3-server.ts'

/** Stands in each secret, and may stand nowhere else. */
const mark = 'n0t-t0-be-seen'

const secrets: [kind: string, secret: string][] = [
  ['a colon and a star', `*${mark}: *x # - {y}`],
  ['quotes', `${mark}"'\`"`],
  ['dollars', `$HOME\${HOME}$$${mark}$`],
  ['backslashes and percents', `\\n${mark}%2F%s\\`],
  ['lines', `${mark}\nkey: value\n`],
]

const cases = litestreams.flatMap((litestream) =>
  secrets.map(([kind, secret]) => ({ ...litestream, kind, secret })),
)

describe.runIf(hasS3Server)('a secret', () => {
  it.each(cases)(
    'with $kind works from one end to the other, and is seen nowhere ($dialect)',
    async (each) => {
      const s3 = await startS3Server(each.secret)
      onTestFinished(() => s3.stop())
      const host = await newHost()
      const env = { ...s3.env, SEAWORTHY_BUCKET_DIR: undefined, SEAWORTHY_LITESTREAM: each.path }
      const first = host.start(env)
      await first.ready()
      await first.add('one')
      const commandLines = allCommandLines()
      expect(await first.stop(), first.output()).toBe(0)
      const kept = filesWithMark(host.volume)
      host.loseVolume()
      const reborn = host.start(env)
      await reborn.ready()
      expect(await reborn.rows()).toEqual(['seed', 'one'])
      await reborn.stop()
      host.loseVolume()
      const denied = host.start({ ...env, AWS_SECRET_ACCESS_KEY: `${each.secret}, another` })
      expect(await denied.exited).toBe(1)
      expect(denied.codes().at(-1)).toBe('SW-BUCKET-DENIED')

      const outputs = [first, reborn, denied].map((machine) => machine.output())
      expect([...outputs, ...commandLines].filter((text) => text.includes(mark))).toEqual([])
      expect([...kept, ...filesWithMark(host.volume), ...filesWithMark(host.image)]).toEqual([])
    },
  )
})

const filesWithMark = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'latin1').includes(mark))

const allCommandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      } catch {
        return ''
      }
    })
