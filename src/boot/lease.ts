import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket } from '../bucket/bucket.ts'
import { reasonOf, SeaworthyError, TemporaryError } from '../errors.ts'
import { foundTimelines } from './found-timelines.ts'
import { type Head, headKey, readHead, respectsConditions, type StoredHead, writeHead } from './head.ts'
import type { Identity } from './identity.ts'
import { branched, decideLease, leaseFor, withLease } from './lease-rules.ts'
import type { Log } from './log.ts'
import { newPulse, type Pulse } from './pulse.ts'

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
  /** Whether the bucket answers the renewals and the looks between them. */
  readonly pulse: Pulse
  /** Changes the head while holding it, to branch off a timeline for instance. */
  update(change: (head: Head, now: Date) => Head): Promise<void>
  /**
   * Renews until `release`; calls back once if somebody else took it, or if what answers is no store.
   *
   * @param halt called before the head is asked, when that was not done for a whole time to live, as in a machine that
   * was frozen and woke; halts what writes to the bucket, and gives what lets it go on.
   */
  keep(
    onLost: (error: SeaworthyError) => void,
    onNoStore?: (error: SeaworthyError) => void,
    halt?: () => () => void,
  ): void
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
      if (result.isWritten) return holdLease(options, taken, result.etag)
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

/** Milliseconds: a bucket that is away is to be noticed within 10 s, and each renewal is one write that costs. */
const longestBeatMs = 4_000

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
  const timelines = await foundTimelines(bucket, path)
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

const holdLease = (options: LeaseOptions, head: Head, etag: string): HeldLease => {
  const { bucket, path, me, ttl, log } = options
  let current = { head, etag }
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  let queue: Promise<unknown> = Promise.resolve()
  let isRenewalDue = false
  // By the wall clock: the other one stands still in a machine that is suspended.
  let askedAt = Date.now()
  const beatMs = Math.min((ttl * 1000) / 6, longestBeatMs)
  const pulse = newPulse(beatMs)

  const write = async (next: Head): Promise<void> => {
    const result = await writeHead(bucket, path, next, current.etag)
    if (result.isWritten) {
      current = { head: next, etag: result.etag }
      return
    }
    // A write of ours whose answer was lost has changed the object too.
    const stored = await readHead(bucket, path)
    if (stored === null) return recreate(next)
    if (stored.head.lease?.boot !== me.boot) throw lost(stored, path)
    current = { head: stored.head, etag: stored.etag }
    await write(next)
  }

  // Somebody has deleted the object; nobody has taken the lease by that.
  const recreate = async (next: Head): Promise<void> => {
    const result = await writeHead(bucket, path, next, null)
    if (!result.isWritten) throw lost(await readHead(bucket, path), path)
    current = { head: next, etag: result.etag }
    log({
      level: 'warn',
      step: 'lease',
      outcome: 'warning',
      text: `${headKey(path)} was deleted; it is written anew`,
    })
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = queue.then(work)
    queue = turn.catch(() => {})
    return turn
  }

  const renew = (head: Head): Head =>
    head.lease === null ? head : { ...head, lease: { ...head.lease, renewed: head.lease.renewed + 1 } }

  // A look is cheaper than a write, and tells as well whether the bucket answers and the lease is ours.
  const look = async (): Promise<void> => {
    const stored = await readHead(bucket, path)
    if (stored === null) return recreate(current.head)
    if (stored.head.lease?.boot !== me.boot) throw lost(stored, path)
  }

  // Where conditions are ignored, a write would not notice that the lease is somebody else's.
  const renewal = async (): Promise<void> => {
    if (!current.head.isConditional) await look()
    await write(renew(current.head))
  }

  return {
    get head() {
      return current.head
    },
    pulse,
    update: (change) => inTurn(() => write(change(current.head, new Date()))),
    keep: (onLost, onNoStore = () => {}, halt = () => () => {}) => {
      const answered = () => {
        askedAt = Date.now()
        pulse.answered()
      }
      const beat = async () => {
        const isSuspect = Date.now() - askedAt > ttl * 1000
        const goOn = isSuspect ? halt() : () => {}
        isRenewalDue = isSuspect || !isRenewalDue
        const work = isRenewalDue ? renewal : look
        await inTurn(work).then(answered, (error) => {
          if (isOver) return
          if (error instanceof SeaworthyError && error.code === 'SW-LEASE-LOST') {
            isOver = true
            onLost(error)
          } else {
            const isNews = pulse.fault === null
            pulse.failed(faultOf(error))
            const text = `the lease could not be renewed: ${error.message}`
            if (isNews) log({ level: 'warn', step: 'lease', outcome: 'warning', text })
            if (error.code === 'SW-BUCKET-NOT-A-STORE') onNoStore(error)
          }
        })
        if (isOver) return
        // Also where the head could not be asked: an heir writes to a timeline of its own.
        goOn()
        schedule()
      }
      const schedule = () => {
        timer = setTimeout(beat, beatMs)
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

const faultOf = (error: unknown): string =>
  error instanceof SeaworthyError && error.why ? `${error.message} ${error.why}` : reasonOf(error)

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
