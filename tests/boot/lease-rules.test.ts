import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstTimeline, type Head, type Lease } from '../../src/boot/head.ts'
import type { Identity } from '../../src/boot/identity.ts'
import { branched, decideLease, leaseFor, withLease } from '../../src/boot/lease-rules.ts'

const identity = (owner: string, machine: string, boot = 'boot'): Identity => ({
  owner,
  machine,
  boot,
  holder: `${owner} on ${machine}`,
  boots: [boot],
})

const me = identity('volume', 'machine', 'now')
const ttl = 30
const ofMine = leaseFor(identity('volume', 'machine', 'before'), ttl)
const ofCopy = leaseFor(identity('volume', 'another machine'), ttl)
const ofOther = leaseFor(identity('another volume', 'machine'), ttl)

describe('decideLease', () => {
  it.each<[string, Lease | null, number, object]>([
    ['released', null, 0, { do: 'take', branch: null }],
    ['of a dead predecessor on this volume', ofMine, 0, { do: 'take', branch: null }],
    ['of a copy of this volume', ofCopy, 0, { do: 'watch', ms: 30_001 }],
    ['of another volume', ofOther, 10_000, { do: 'watch', ms: 20_001 }],
    ['of another volume, at its very end', ofOther, 30_000, { do: 'watch', ms: 1 }],
    ['of another volume, not renewed', ofOther, 30_001, { do: 'take', branch: 'takeover' }],
    ['of a copy, not renewed', ofCopy, 30_001, { do: 'take', branch: 'takeover' }],
    ['of another volume, by a store whose clock went back', ofOther, -5_000, { do: 'watch', ms: 35_001 }],
  ])('%s', (_, lease, age, decision) => {
    expect(decideLease({ lease, age }, me)).toEqual(decision)
  })
})

describe('branched', () => {
  it('never reuses a number, also when the current timeline is not the newest', () => {
    const now = new Date('2026-01-02T03:04:05Z')
    const head = headOf([1, 2, 5], 2)
    expect(branched(head, 'format', now)).toMatchObject({
      timeline: 6,
      timelines: [{}, {}, {}, { id: 6, from: 2, why: 'format', began: '2026-01-02T03:04:05.000Z' }],
    })
  })
})

const headOf = (ids: number[], timeline: number): Head => ({
  version: 1,
  timeline,
  timelines: ids.map((id) => ({ ...firstTimeline, id })),
  lease: null,
  lastBoot: 'none',
  isConditional: true,
})

/** A start as the model sees it: what it read last, and what it believes to hold. */
interface Machine {
  owner: string
  machine: string
  boots: number
  state: 'up' | 'frozen' | 'down'
  read: { head: Head; version: number; age: number } | null
  held: { head: Head; version: number } | null
}

const acts = ['read', 'take', 'renew', 'freeze', 'wake', 'release', 'crash', 'restart', 'wait'] as const
type Act = (typeof acts)[number]

/** A store with conditional writes and a clock, and three machines: a volume, its copy, and another volume. */
class World {
  head = headOf([1], 1)
  version = 0
  changed = 0
  now = 0
  readonly machines: Machine[] = [
    ['volume', 'm0'],
    ['volume', 'm1'],
    ['another volume', 'm2'],
  ].map(([owner = '', machine = '']) => ({
    owner,
    machine,
    boots: 0,
    state: 'up',
    read: null,
    held: null,
  }))

  step(act: Act, index: number, ms: number): void {
    const machine = this.machines[index] as Machine
    this.now += act === 'wait' ? ms : 1
    if (act === 'freeze' && machine.state === 'up') machine.state = 'frozen'
    else if (act === 'wake' && machine.state === 'frozen') machine.state = 'up'
    else if (act === 'crash') Object.assign(machine, { state: 'down', read: null, held: null })
    else if (act === 'restart' && machine.state === 'down') this.#restart(machine)
    else if (machine.state === 'up') this.#act(act, machine)
  }

  #restart(machine: Machine): void {
    machine.state = 'up'
    machine.boots += 1
  }

  #act(act: Act, machine: Machine): void {
    if (act === 'read' && machine.held === null)
      machine.read = { head: this.head, version: this.version, age: this.now - this.changed }
    if (act === 'take' && machine.read !== null) this.#take(machine, machine.read)
    if (act === 'renew' && machine.held !== null) this.#rewrite(machine, machine.held.head)
    if (act === 'release' && machine.held !== null) {
      this.#rewrite(machine, { ...machine.held.head, lease: null })
      machine.held = null
    }
  }

  #take(machine: Machine, { head, version, age }: NonNullable<Machine['read']>): void {
    machine.read = null
    const self = identity(machine.owner, machine.machine, `${machine.machine}.${machine.boots}`)
    const decision = decideLease({ lease: head.lease, age }, self)
    const isOwn = head.lease?.owner === machine.owner && head.lease.machine === machine.machine
    if (isOwn) expect(decision).toEqual({ do: 'take', branch: null })
    if (decision.do === 'watch') return
    const isForeign = head.lease !== null && !isOwn
    expect(decision.branch).toBe(isForeign ? 'takeover' : null)
    const next = decision.branch === null ? head : branched(head, decision.branch, new Date(this.now))
    if (isForeign) expect(head.timelines.map(({ id }) => id)).not.toContain(next.timeline)
    machine.held = { head: withLease(next, leaseFor(self, 1)), version }
    this.#rewrite(machine, machine.held.head)
  }

  // If-Match: the write of one who read or wrote an older version does nothing, and tells him that he lost.
  #rewrite(machine: Machine, head: Head): void {
    if (machine.held?.version !== this.version) {
      machine.held = null
      return
    }
    this.head = head
    this.version += 1
    this.changed = this.now
    machine.held = { head, version: this.version }
  }
}

describe('any interleaving of three machines', () => {
  it('never has two that could write to one timeline, and none that goes on from a foreign, unreleased lease', () => {
    const step = fc.tuple(fc.constantFrom(...acts), fc.nat(2), fc.nat(3_000))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World()
        for (const [act, index, ms] of steps) {
          world.step(act, index, ms)
          const written = world.machines.flatMap(({ held }) => (held === null ? [] : [held.head.timeline]))
          expect(new Set(written).size).toBe(written.length)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
