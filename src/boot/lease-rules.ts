import type { Head, Lease, Timeline, TimelineReason } from './head.ts'
import type { Identity } from './identity.ts'

/**
 * What a start may do about the lease that it finds; pure, so that every interleaving can be tried.
 * `take`: write it, on this timeline or a new one · `watch`: the holder may be dead; look again after `ms`.
 */
export type LeaseDecision = { do: 'take'; branch: TimelineReason | null } | { do: 'watch'; ms: number }

export interface Found {
  lease: Lease | null
  /** Milliseconds since the head changed, by the store's clock. */
  age: number
}

/**
 * A lease that was released is free. One of our own volume on our own machine is a dead predecessor's, since we hold the
 * volume's lock. Any other is free when it was not renewed for its time to live, and then its holder may still wake
 * and write: so the history branches.
 */
export const decideLease = ({ lease, age }: Found, me: Identity): LeaseDecision => {
  if (lease === null) return { do: 'take', branch: null }
  if (lease.owner === me.owner && lease.machine === me.machine) return { do: 'take', branch: null }
  const left = lease.ttl * 1000 - age
  return left < 0 ? { do: 'take', branch: 'takeover' } : { do: 'watch', ms: left + 1 }
}

export const leaseFor = (me: Identity, ttl: number): Lease => ({
  owner: me.owner,
  machine: me.machine,
  boot: me.boot,
  holder: me.holder,
  ttl,
  renewed: 0,
})

export const withLease = (head: Head, lease: Lease): Head => ({ ...head, lease })

/** The head with a new timeline that leaves the current one here. */
export const branched = (head: Head, why: TimelineReason, now: Date): Head => {
  const id = Math.max(...head.timelines.map((timeline) => timeline.id)) + 1
  const timeline: Timeline = { id, from: head.timeline, began: now.toISOString(), why, format: null }
  return { ...head, timeline: id, timelines: [...head.timelines, timeline] }
}
