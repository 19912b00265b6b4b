import type { Bucket } from '../bucket/bucket.ts'
import { reasonOf, SeaworthyError, TemporaryError } from '../errors.ts'
import { type Head, headKey, readHead, type StoredHead, writeHead } from './head.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'
import { newPulse, type Pulse } from './pulse.ts'

export interface HoldOptions {
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
  /** Renews it no more, and lets nobody take it but a start on the same volume. */
  pause(): Promise<void>
  /** Gives it up, so that the next start need not wait. */
  release(): Promise<void>
}

/** Milliseconds: a bucket that is away is to be noticed within 10 s, and each renewal is one write that costs. */
const longestBeatMs = 4_000

/** A lease that was just written, with the head as it is since. */
export const holdLease = (options: HoldOptions, head: Head, etag: string): HeldLease => {
  const { bucket, path, me, ttl, log } = options
  let current = { head, etag }
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  let isPaused = false
  let queue: Promise<unknown> = Promise.resolve()
  let isRenewalDue = false
  // By the wall clock: the other one stands still in a machine that is suspended.
  let askedAt = Date.now()
  let dueAt = Date.now()
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
        // Late itself, and not only without an answer, as while the bucket is away.
        const isLate = Date.now() - dueAt > beatMs
        const isSuspect = isLate && Date.now() - askedAt > ttl * 1000
        const goOn = isSuspect ? halt() : () => {}
        isRenewalDue = isSuspect || !isRenewalDue
        const work = isRenewalDue ? renewal : look
        await inTurn(work).then(answered, (error) => {
          if (isOver || isPaused) return
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
        if (isOver || isPaused) return
        // Also where the head could not be asked: an heir writes to a timeline of its own.
        goOn()
        schedule()
      }
      const schedule = () => {
        dueAt = Date.now() + beatMs
        timer = setTimeout(beat, beatMs)
        timer.unref()
      }
      schedule()
    },
    pause: async () => {
      isPaused = true
      clearTimeout(timer)
      await queue
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

const lost = (stored: StoredHead | null, path: string): TemporaryError =>
  new TemporaryError({
    code: 'SW-LEASE-LOST',
    what: `This machine lost its lease on the bucket to ${stored?.head.lease?.holder ?? 'somebody who has let it go since'}.`,
    why: `${headKey(path)} says so. Two machines that write to one backup would ruin it.`,
    next: 'Let the other machine run, or stop it and start this one again.',
  })
