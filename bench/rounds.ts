import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** What one run gave, by the name of the quantity. */
export type Sample = Record<string, number>

/** The medians of each contender's runs; of times the least too, as `least …`. */
export type Medians = Record<string, Sample>

export interface Measured {
  /** The control stands among them as `control`. */
  medians: Medians
  /** Of each contender one for each round: what has the same index was measured in the same round. */
  samples: Record<string, Sample[]>
}

// A round on a busy machine is repeated, up to as many rounds as were asked for.
const toleratedControl = 1.4

/** A machine on which the control takes this much more than the least time seen is worth waiting for, this long. */
const quiet = 1.15
const patienceMs = 15_000

/**
 * Runs the contenders in turn, round after round, with a control (`node -e 0`) before each round and after it: what
 * else this machine does meanwhile meets all of them, shows in the control, and is waited out where it can be.
 */
export const interleaved = async (
  rounds: number,
  contenders: Record<string, () => Promise<Sample>>,
): Promise<Measured> => {
  // Once for nothing: the first time pays for files that are not in memory yet.
  for (const run of Object.values(contenders)) await run()
  const samples: Record<string, Sample[]> = {}
  const controls = Array.from({ length: 5 }, control)
  let repeated = 0
  for (let round = 0; round < rounds; ) {
    const fresh: Record<string, Sample> = {}
    const before = await quietControl(controls)
    for (const [name, run] of Object.entries(contenders)) fresh[name] = await run()
    const worst = Math.max(before, control())
    if (worst > toleratedControl * median(controls) && repeated < rounds) {
      repeated++
      continue
    }
    controls.push(worst)
    round++
    for (const [name, sample] of Object.entries(fresh)) samples[name] = [...(samples[name] ?? []), sample]
  }
  const medians = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, mediansOf(all)]))
  return { medians: { ...medians, control: { wall: median(controls), repeated } }, samples }
}

// Other work comes in bursts: it is waited out, for some time.
const quietControl = async (controls: readonly number[]): Promise<number> => {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const now = control()
    if (now < quiet * Math.min(...controls) || Date.now() > deadline) return now
    await sleep(250)
  }
}

const control = (): number => {
  const began = performance.now()
  spawnSync(process.execPath, ['-e', '0'], { env: { PATH: process.env.PATH } })
  return performance.now() - began
}

const mediansOf = (samples: readonly Sample[]): Sample => {
  const entries = Object.keys(samples[0] ?? {}).flatMap((name) => {
    const all = samples.map((sample) => sample[name] ?? 0)
    return [[name, median(all)], ...(times.has(name) ? [[`least ${name}`, Math.min(...all)]] : [])]
  })
  return Object.fromEntries(entries)
}

const times = new Set(['wall', 'cpu', 'gap'])

export const median = (all: readonly number[]): number => {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/**
 * How much of a quantity a contender took above the sum of others: the median of the differences within a round, since
 * what else the machine does changes from minute to minute more than within one.
 */
export const above = (
  { samples }: Measured,
  name: string,
  floor: readonly string[],
  quantity: string,
): number => {
  const own = samples[name] ?? []
  const valueIn = (each: string, round: number) => samples[each]?.[round]?.[quantity] ?? Number.NaN
  return median(
    own.map((_, round) => valueIn(name, round) - floor.reduce((sum, each) => sum + valueIn(each, round), 0)),
  )
}

/** The same of the least values seen. */
export const aboveLeast = (
  { medians }: Measured,
  name: string,
  floor: readonly string[],
  quantity: string,
): number => {
  const leastOf = (each: string) => medians[each]?.[`least ${quantity}`] ?? Number.NaN
  return leastOf(name) - floor.reduce((sum, each) => sum + leastOf(each), 0)
}
