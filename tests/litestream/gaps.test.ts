import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gapWatch } from '../../src/litestream/gaps.ts'
import { project } from '../support/project.ts'

/** Litestream's copies of logs: the first salt of each, by generation and index. */
type Logs = Record<string, number>

const databaseWith = (logs: Logs): string => {
  const folder = project({})
  for (const [name, salt] of Object.entries(logs)) {
    const [generation = '', index = ''] = name.split('/')
    const logFolder = join(folder, '.dev.db-litestream/generations', generation, 'wal')
    mkdirSync(logFolder, { recursive: true })
    const header = Buffer.alloc(32)
    header.writeUInt32BE(salt, 16)
    writeFileSync(join(logFolder, `${index.padStart(8, '0')}.wal`), header)
  }
  return join(folder, 'dev.db')
}

const last = 0xffffffff

const cases: [string, Logs, uploads: string[], gapBefore: string[]][] = [
  ['one after the other', { 'a/0': 5, 'a/1': 6, 'a/2': 7 }, ['a/0', 'a/1', 'a/2'], []],
  ['one left out', { 'a/0': 5, 'a/1': 7, 'a/2': 8 }, ['a/0', 'a/1', 'a/2'], ['a/1']],
  ['one left out, several pieces of each', { 'a/0': 5, 'a/1': 7 }, ['a/0', 'a/0', 'a/1', 'a/1'], ['a/1']],
  ['counted round', { 'a/0': last, 'a/1': 0, 'a/2': 2 }, ['a/0', 'a/1', 'a/2'], ['a/2']],
  ['one whose copy is gone by now', { 'a/0': 5, 'a/2': 7 }, ['a/0', 'a/1', 'a/2'], []],
  ['one left out, the copy before it gone', { 'a/0': 5, 'a/2': 8 }, ['a/0', 'a/1', 'a/2'], ['a/2']],
  ['one left out before the first that is heard of', { 'a/2': 5, 'a/3': 7 }, ['a/3'], ['a/3']],
  ['the first that is heard of, nothing before it', { 'a/3': 7 }, ['a/3'], []],
  ['another generation', { 'a/0': 5, 'b/0': 9, 'b/1': 10 }, ['a/0', 'b/0', 'b/1'], []],
]

describe('gapWatch', () => {
  it.each(cases)('%s', (_, logs, uploads, gapBefore) => {
    const hasGapBefore = gapWatch(databaseWith(logs))
    const found = uploads.filter((name) => {
      const [generation = '', index] = name.split('/')
      return hasGapBefore({ dialect: '0.3', generation, index: Number(index), offset: 4152 })
    })
    expect(found).toEqual(gapBefore)
  })

  it('asks nothing of 0.5, which has no such logs', () => {
    expect(gapWatch(databaseWith({}))({ dialect: '0.5', txid: 7 })).toBe(false)
  })
})
