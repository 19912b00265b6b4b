import { describe, expect, it } from 'vitest'
import { litestreams } from '../support/litestreams.ts'
import type { Machine } from '../support/machine.ts'
import { expectSound, litestreamsOn, newClient, newReleases, says } from '../support/releases.ts'

/** How far a hand-over gets before somebody is killed: what the old start is told, and what is waited for then. */
const moments: { at: string; isStopped: boolean; says: ['old' | 'next', string] }[] = [
  { at: 'the next has come', isStopped: false, says: ['next', 'beside'] },
  { at: 'it migrates', isStopped: false, says: ['next', 'restore-point'] },
  { at: 'its app runs', isStopped: false, says: ['next', 'launched'] },
  { at: 'the old one was told to end', isStopped: true, says: ['old', 'stopping'] },
  { at: 'the old one has let go', isStopped: true, says: ['old', 'handed-over'] },
  { at: 'the next has taken over', isStopped: true, says: ['next', 'took-over'] },
]
const victims = ['old', 'next', 'both'] as const
const cases = moments.flatMap((moment) => victims.map((victim) => ({ ...moment, victim })))

import { waitUntil } from '../support/s3-server.ts'

describe.each(litestreams)('SIGKILL in a hand-over, Litestream $dialect', ({ path }) => {
  it.each(cases)('of $victim, when $at', async ({ isStopped, says: [who, outcome], victim }) => {
    const { host, old, next, again, addMigration } = await newReleases(path)
    addMigration('20260201000000_add', 'ALTER TABLE "Row" ADD COLUMN "extra" TEXT;')
    const machines = [old()]
    const [first] = machines as [Machine]
    await first.ready()
    const client = newClient(host, () => machines)
    await client.goesOn()
    const second = next()
    machines.push(second)
    if (isStopped) {
      await second.ready()
      first.stop()
    }
    await says(who === 'old' ? first : second, outcome)
    // The start scripts alone: what they have started is left running.
    for (const [name, machine] of [
      ['old', first],
      ['next', second],
    ] as const)
      if (victim === name || victim === 'both') machine.stop('SIGKILL')

    const third = again()
    await third.ready()
    machines.push(third)
    await client.goesOn()
    for (const machine of [first, second]) await machine.stop()
    await waitUntil(() => litestreamsOn(host) === 1 && third.log.some(({ step }) => step === 'replicate'))
    await client.goesOn()
    await client.stop()
    expect(await third.stop(), third.output()).toBe(0)
    expect(third.outcome('stop'), third.output()).toBe('confirmed')
    expect(litestreamsOn(host)).toBe(0)
    await expectSound(host, path, client)
  })
})
