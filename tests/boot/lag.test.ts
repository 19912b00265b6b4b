import { describe, expect, it } from 'vitest'
import { lagWatch, type Sight } from '../../src/boot/lag.ts'
import type { Position } from '../../src/litestream/position.ts'

const old = (offset: number, index = 0, generation = 'a'): Position => ({
  dialect: '0.3',
  generation,
  index,
  offset,
})
const txid = (number: number): Position => ({ dialect: '0.5', txid: number })

type Look = [at: number, local: Position | null, confirmed: Position | null, isUnread: boolean]

describe('since when writes wait for the backup', () => {
  it.each<[what: string, looks: Look[], since: (number | null)[]]>([
    [
      'nothing is known: since the first look',
      [
        [0, txid(1), null, false],
        [1, txid(1), null, false],
      ],
      [0, 0],
    ],
    [
      'all is there',
      [
        [0, txid(1), txid(1), false],
        [1, txid(1), txid(1), false],
      ],
      [null, null],
    ],
    [
      'what was read and not uploaded counts from the look before it was seen',
      [
        [0, txid(1), txid(1), false],
        [1, txid(2), txid(1), false],
        [2, txid(2), txid(1), false],
      ],
      [null, 0, 0],
    ],
    [
      'an upload takes away what it holds, and no more',
      [
        [0, txid(1), txid(1), false],
        [1, txid(2), txid(1), false],
        [2, txid(3), txid(1), false],
        [3, txid(3), txid(2), false],
        [4, txid(3), txid(3), false],
      ],
      [null, 0, 0, 1, null],
    ],
    [
      'an upload that is always one step behind is never late',
      [
        [0, txid(1), txid(1), false],
        [1, txid(3), txid(2), false],
        [2, txid(5), txid(4), false],
        [3, txid(7), txid(6), false],
      ],
      [null, 0, 1, 2],
    ],
    [
      'commits that Litestream does not read',
      [
        [0, txid(1), txid(1), false],
        [1, txid(1), txid(1), true],
        [2, txid(1), txid(1), true],
        [3, txid(1), txid(1), false],
      ],
      [null, 0, 0, null],
    ],
    [
      'a Litestream that reads, and is never done',
      [
        [0, txid(1), txid(1), true],
        [1, txid(2), txid(2), true],
        [2, txid(3), txid(3), true],
      ],
      [0, 0, 1],
    ],
    [
      'a database that Litestream has not opened',
      [
        [0, null, null, true],
        [5, null, null, true],
      ],
      [0, 0],
    ],
    [
      'a log of 0.3 that began anew',
      [
        [0, old(100), old(100), false],
        [1, old(32, 1), old(100), false],
        [2, old(32, 1), old(32, 1), false],
      ],
      [null, 0, null],
    ],
    [
      'a generation of 0.3 that the next one has taken the place of',
      [
        [0, old(100), old(50), false],
        [1, old(10, 0, 'b'), old(50), false],
        [2, old(10, 0, 'b'), old(10, 0, 'b'), false],
      ],
      [0, 0, null],
    ],
  ])('%s', (_, looks, since) => {
    const lagOf = lagWatch()
    const sights = looks.map(
      ([at, local, confirmed, isUnread]): Sight => ({ at, local, confirmed, isUnread }),
    )
    expect(sights.map(lagOf)).toEqual(since)
  })

  it('keeps an outage of any length in a bounded memory, and its beginning', () => {
    const lagOf = lagWatch()
    const ends = Array.from({ length: 500 }, (_, at) =>
      lagOf({ at, local: txid(at + 2), confirmed: txid(1), isUnread: false }),
    )
    expect(new Set(ends)).toEqual(new Set([0]))
    expect(lagOf({ at: 500, local: txid(501), confirmed: txid(500), isUnread: false })).toBeLessThan(60)
    expect(lagOf({ at: 501, local: txid(501), confirmed: txid(501), isUnread: false })).toBeNull()
  })
})
