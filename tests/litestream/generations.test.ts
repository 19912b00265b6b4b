import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderBucket } from '../../src/bucket/folder.ts'
import { hasLater, newestGeneration } from '../../src/litestream/generations.ts'
import { project } from '../support/project.ts'

/** Objects of a backup by the second in which they were written. */
const bucketWith = (objects: Record<string, number>) => {
  const directory = project({})
  for (const [key, second] of Object.entries(objects)) {
    const file = join(directory, 'db', 'generations', key)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
    utimesSync(file, second, second)
  }
  return folderBucket({ kind: 'folder', directory })
}

const snapshot = (generation: string, index = '00000000') => `${generation}/snapshots/${index}.snapshot.lz4`
const log = (generation: string, position = '00000000_00000000') => `${generation}/wal/${position}.wal.lz4`

describe('newestGeneration', () => {
  it.each<[string, Record<string, number>, string | null]>([
    ['nothing', {}, null],
    ['one', { [snapshot('a')]: 1, [log('a')]: 1 }, 'a'],
    [
      'the one that began last, not the one whose name is last',
      { [snapshot('b')]: 1, [log('b')]: 2, [snapshot('a')]: 3, [log('a')]: 3 },
      'a',
    ],
    [
      'one that began in the second in which the other ended',
      { [snapshot('a')]: 1, [log('a')]: 5, [snapshot('b')]: 5, [log('b')]: 5 },
      'b',
    ],
    [
      'none behind whose snapshot nothing came',
      { [snapshot('a')]: 1, [log('a')]: 2, [snapshot('b')]: 3 },
      'a',
    ],
    ['a lone snapshot', { [snapshot('a')]: 1 }, null],
    [
      'one whose first snapshot is no longer kept',
      { [snapshot('a', '0000000a')]: 1, [log('a', '0000000a_00000020')]: 2 },
      'a',
    ],
    [
      'one whose last snapshot has no log yet, and whose first one has',
      { [snapshot('a')]: 1, [log('a')]: 2, [snapshot('a', '0000000a')]: 3 },
      'a',
    ],
    [
      'none whose log ends before its first snapshot',
      { [snapshot('a', '0000000a')]: 1, [log('a', '00000009_00000000')]: 2 },
      null,
    ],
    [
      'of two that began in one second the one that goes on longer',
      { [snapshot('b')]: 1, [log('b')]: 1, [snapshot('a')]: 1, [log('a')]: 2 },
      'a',
    ],
    ['a log without a snapshot', { [log('a')]: 1 }, null],
  ])('%s', async (_, objects, generation) => {
    expect(await newestGeneration(bucketWith(objects), 'db')).toBe(generation)
  })
})

describe('hasLater', () => {
  const old = { [snapshot('b')]: 1, [log('b')]: 9 }
  it.each<[string, Record<string, number>, boolean]>([
    ['no backup', {}, false],
    ['one generation', old, false],
    ['one that began later, of an earlier name', { ...old, [snapshot('a')]: 5 }, true],
    ['one that began later, of a later name', { ...old, [snapshot('c')]: 5, [log('c')]: 6 }, true],
    [
      'one that ended before',
      { [snapshot('a')]: 1, [log('a')]: 2, [snapshot('b')]: 3, [log('b')]: 3 },
      false,
    ],
    ['another one, and nothing uploaded of this', { [snapshot('a')]: 1, [log('a')]: 2 }, false],
  ])('%s', async (_, objects, expected) => {
    expect(await hasLater(bucketWith(objects), 'db', 'b')).toBe(expected)
  })
})
