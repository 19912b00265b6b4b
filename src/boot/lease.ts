import { setTimeout as sleep } from 'node:timers/promises'
import { TemporaryError } from '../errors.ts'
import { foundTimelines } from './found-timelines.ts'
import { type Head, headKey, readHead, respectsConditions, type StoredHead, writeHead } from './head.ts'
import { type HeldLease, type HoldOptions, holdLease } from './held-lease.ts'
import { branched, decideLease, leaseFor, withLease } from './lease-rules.ts'

export interface LeaseOptions extends HoldOptions {
  /** The head as it was a moment ago, if somebody has asked. */
  headAhead?: () => Promise<StoredHead | null>
  /** Called beside the write that takes a lease from nobody who may still write; the lease has this head if the write succeeds. */
  onTaking?: (head: Head) => void
}

/**
 * Takes the lease, waiting for a dead holder's to end.
 *
 * @throws TemporaryError `SW-LEASE-HELD` when the holder is alive; the bucket's errors.
 */
export const takeLease = async (options: LeaseOptions): Promise<HeldLease> => {
  const { bucket, path, me, ttl } = options
  const read = () => readHead(bucket, path)
  let patience: number | undefined
  for (let look = options.headAhead ?? read; ; look = read) {
    const stored = await look()
    if (stored === null) {
      const held = await createHead(options)
      if (held !== null) return held
      continue
    }
    const decision = decideLease({ lease: stored.head.lease, age: stored.age }, me)
    if (decision.do === 'take') {
      const head = decision.branch === null ? stored.head : branched(stored.head, decision.branch, stored.now)
      const taken = withLease(head, leaseFor(me, ttl))
      if (decision.branch === null) options.onTaking?.(taken)
      const result = await writeHead(bucket, path, taken, stored.etag)
      if (result.isWritten) return holdLease(options, taken, result.etag)
      continue
    }
    if (patience === undefined) {
      announceWait(options, stored, decision.ms)
      patience = performance.now() + decision.ms + graceMs
    }
    if (performance.now() > patience) throw heldByAnother(stored)
    await sleep(Math.min(decision.ms, pollMs))
  }
}

/** A holder that is just being stopped, as in a redeploy, gets this long beyond its lease to hand it over. */
const graceMs = 5_000
const pollMs = 500

const announceWait = ({ log }: LeaseOptions, { head }: StoredHead, ms: number): void =>
  log({
    step: 'lease',
    outcome: 'waiting',
    holder: head.lease?.holder,
    text: `${head.lease?.holder} holds the lease; it ends in ${Math.ceil(ms / 1000)} s if it is not renewed`,
  })

const createHead = async (options: LeaseOptions): Promise<HeldLease | null> => {
  const { bucket, path, me, ttl, log } = options
  const [isConditional, timelines] = await Promise.all([
    respectsConditions(bucket, path),
    foundTimelines(bucket, path),
  ])
  if (!isConditional) {
    const text = 'this store ignores conditional writes: two machines on one bucket path are not kept apart'
    log({ level: 'warn', step: 'lease', outcome: 'warning', text })
  }
  const lease = leaseFor(me, ttl)
  const head: Head = {
    version: 1,
    timeline: timelines.at(-1)?.id ?? 1,
    timelines,
    lease,
    lastBoot: null,
    isConditional,
  }
  warnOfMissingHead(options, head)
  const result = await writeHead(bucket, path, head, null)
  return result.isWritten ? holdLease(options, head, result.etag) : null
}

// This volume has been backed up before: a bucket that knows nothing of it may be the wrong one.
const warnOfMissingHead = ({ bucket, path, me, log }: LeaseOptions, { timelines }: Head): void => {
  if (me.boots.length < 2) return
  const rest = timelines.some(({ format }) => format !== null)
    ? `the timelines found there (${timelines.map(({ id }) => id).join(', ')}) are taken up`
    : 'nor any backup of this database: is it the right bucket? A new backup begins there'
  const text = `${headKey(path)}, which this volume knows of, is not in ${bucket.location}; ${rest}`
  log({ level: 'error', step: 'lease', outcome: 'warning', text })
}

const heldByAnother = ({ head }: StoredHead): TemporaryError =>
  new TemporaryError({
    code: 'SW-LEASE-HELD',
    what: `Another machine runs this app on the same bucket: ${head.lease?.holder}.`,
    why: `It renewed its lease while this one waited; its lease ends ${head.lease?.ttl} s after it stops renewing.`,
    next: 'Stop the other machine (on Fly.io: fly machine list, fly machine stop), then start this one again.',
  })
