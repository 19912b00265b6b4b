import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket } from '../bucket/bucket.ts'
import { SeaworthyError, TemporaryError } from '../errors.ts'
import {
  firstTimeline,
  type Head,
  headKey,
  readHead,
  respectsConditions,
  type StoredHead,
  writeHead,
} from './head.ts'
import type { Identity } from './identity.ts'
import { branched, decideLease, leaseFor, withLease } from './lease-rules.ts'
import type { Log } from './log.ts'

export interface LeaseOptions {
  bucket: Bucket
  /** Path of timeline 1 in the bucket. */
  path: string
  me: Identity
  /** Seconds. */
  ttl: number
  log: Log
}

/** The right to write to the bucket, held by renewing it. */
export interface HeldLease {
  readonly head: Head
  /** The head as the last holder left it; null when the bucket had none. */
  readonly found: Head | null
  /** Changes the head while holding it, to branch off a timeline for instance. */
  update(change: (head: Head, now: Date) => Head): Promise<void>
  /** Renews until `release`; calls back once if somebody else took it. */
  keep(onLost: (error: SeaworthyError) => void): void
  /** Gives it up, so that the next start need not wait. */
  release(): Promise<void>
}

/**
 * Takes the lease, waiting for a dead holder's to end.
 *
 * @throws TemporaryError `SW-LEASE-HELD` when the holder is alive; the bucket's errors.
 */
export const takeLease = async (options: LeaseOptions): Promise<HeldLease> => {
  const { bucket, path, me, ttl } = options
  let patience: number | undefined
  for (;;) {
    const stored = await readHead(bucket, path)
    if (stored === null) {
      const held = await createHead(options)
      if (held !== null) return held
      continue
    }
    const decision = decideLease({ lease: stored.head.lease, age: stored.age }, me)
    if (decision.do === 'take') {
      const head = decision.branch === null ? stored.head : branched(stored.head, decision.branch, stored.now)
      const taken = withLease(head, leaseFor(me, ttl))
      const result = await writeHead(bucket, path, taken, stored.etag)
      if (result.isWritten) return holdLease(options, taken, result.etag, stored.head)
      continue
    }
    if (patience === undefined) {
      announceWait(options, stored, decision.ms)
      patience = Date.now() + decision.ms + graceMs
    }
    if (Date.now() > patience) throw heldByAnother(stored)
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
  const isConditional = await respectsConditions(bucket, path)
  if (!isConditional) {
    const text = 'this store ignores conditional writes: two machines on one bucket path are not kept apart'
    log({ level: 'warn', step: 'lease', outcome: 'warning', text })
  }
  const lease = leaseFor(me, ttl)
  const head: Head = {
    version: 1,
    timeline: 1,
    timelines: [firstTimeline],
    lease,
    lastBoot: me.boot,
    isConditional,
  }
  const result = await writeHead(bucket, path, head, null)
  return result.isWritten ? holdLease(options, head, result.etag, null) : null
}

const holdLease = (options: LeaseOptions, head: Head, etag: string, found: Head | null): HeldLease => {
  const { bucket, path, me, ttl, log } = options
  let current = { head, etag }
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  let queue: Promise<unknown> = Promise.resolve()

  const write = async (next: Head): Promise<void> => {
    const result = await writeHead(bucket, path, next, current.etag)
    if (result.isWritten) {
      current = { head: next, etag: result.etag }
      return
    }
    // A write of ours whose answer was lost has changed the object too.
    const stored = await readHead(bucket, path)
    if (stored?.head.lease?.boot !== me.boot) throw lost(stored, path)
    current = { head: stored.head, etag: stored.etag }
    await write(next)
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = queue.then(work)
    queue = turn.catch(() => {})
    return turn
  }

  const renew = (head: Head): Head =>
    head.lease === null ? head : { ...head, lease: { ...head.lease, renewed: head.lease.renewed + 1 } }

  return {
    get head() {
      return current.head
    },
    found,
    update: (change) => inTurn(() => write(change(current.head, new Date()))),
    keep: (onLost) => {
      const beat = async () => {
        await inTurn(() => write(renew(current.head))).catch((error) => {
          if (isOver) return
          if (error instanceof SeaworthyError && error.code === 'SW-LEASE-LOST') {
            isOver = true
            onLost(error)
          } else {
            const text = `the lease could not be renewed: ${error.message}`
            log({ level: 'warn', step: 'lease', outcome: 'warning', text })
          }
        })
        if (!isOver) schedule()
      }
      const schedule = () => {
        timer = setTimeout(beat, (ttl * 1000) / 3)
        timer.unref()
      }
      schedule()
    },
    release: async () => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      await inTurn(() => write({ ...current.head, lease: null }))
    },
  }
}

const heldByAnother = ({ head }: StoredHead): TemporaryError =>
  new TemporaryError({
    code: 'SW-LEASE-HELD',
    what: `Another machine runs this app on the same bucket: ${head.lease?.holder}.`,
    why: `It renewed its lease while this one waited; its lease ends ${head.lease?.ttl} s after it stops renewing.`,
    next: 'Stop the other machine (on Fly.io: fly machine list, fly machine stop), then start this one again.',
  })

const lost = (stored: StoredHead | null, path: string): TemporaryError =>
  new TemporaryError({
    code: 'SW-LEASE-LOST',
    what: `This machine lost its lease on the bucket to ${stored?.head.lease?.holder ?? 'somebody who has let it go since'}.`,
    why: `${headKey(path)} says so. Two machines that write to one backup would ruin it.`,
    next: 'Let the other machine run, or stop it and start this one again.',
  })
