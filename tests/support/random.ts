/** Random choices that can be had again: by the seed that the run has printed. */
export interface Random {
  /** From 0 up to, and without, the limit. */
  below(limit: number): number
  /** A whole number of milliseconds, from and up to. */
  ms(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** How many random runs each test makes: few by default, `SEAWORTHY_RUNS` in the full suite. */
export const runsOr = (few: number): number => Number(process.env.SEAWORTHY_RUNS ?? few)

/** Seeded by `SEAWORTHY_SEED`, or by the time; prints the seed, so that a failure can be repeated. */
export const seededRandom = (name: string): Random => {
  const seed = Number(process.env.SEAWORTHY_SEED ?? Date.now() % 1_000_000_007)
  console.log(`${name}: SEAWORTHY_SEED=${seed}`)
  const next = mulberry32(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    ms: (from, to) => from + below(to - from + 1),
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
  }
}

// Tommy Ettinger's generator, in the public domain.
const mulberry32 = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
