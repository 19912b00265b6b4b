import { setTimeout as sleep } from 'node:timers/promises'
import { SeaworthyError, TemporaryError } from '../errors.ts'
import type { Head } from './head.ts'
import type { HeldLease } from './held-lease.ts'
import { whyBehind } from './history.ts'
import { type Identity, newIdentity } from './identity.ts'
import { takeLease } from './lease.ts'
import type { Log } from './log.ts'
import { hasDatabase, type Place } from './place.ts'
import type { Remote } from './remote.ts'

/** A bucket that we may write to: the remote with the lease on it. */
export interface Session {
  remote: Remote
  lease: HeldLease
  me: Identity
  /** Why the volume is older than the backup or of another history; null when it is not. */
  whyBehind(): Promise<string | null>
}

export interface SessionOptions {
  remote: Remote
  place: Place
  env: NodeJS.ProcessEnv
  /** Seconds. */
  ttl: number
  /** Seconds that `waitForSession` waits. */
  patience: number
  log: Log
}

export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { remote, place, env, ttl, log } = options
  const me = newIdentity(place.state, env)
  const { bucket, config, headAhead } = remote
  const compare = (head: Head) => whyBehind(remote, place, head, me)
  // Asked beside the write of the lease. The answer holds for the head that was written, since nobody has written to the
  // backup then: had that write failed, somebody else might have.
  let ahead: { head: Head; answer: Promise<string | null> } | undefined
  const onTaking = (head: Head) => {
    if (!hasDatabase(place)) return
    ahead = { head, answer: compare(head) }
    ahead.answer.catch(() => {})
  }
  const lease = await takeLease({ bucket, path: config.path, me, ttl, log, headAhead, onTaking })
  const answer = ahead?.head === lease.head ? ahead.answer : undefined
  return { remote, lease, me, whyBehind: () => answer ?? compare(lease.head) }
}

/** Milliseconds that letting the lease go may take: without it the next start may wait for its end. */
const releaseMs = 5_000

/** Lets the lease go, in bounded time; gives what went wrong, null when nothing did. */
export const closeSession = async (session: Session | null): Promise<unknown> => {
  const released = session?.lease.release().then(
    () => null,
    (error: unknown) => error,
  )
  const tooLong = sleep(releaseMs, `no answer within ${releaseMs / 1000} s`, { ref: false })
  return (await Promise.race([released, tooLong])) ?? null
}

const pausesMs = [500, 1_000, 2_000, 5_000]

/**
 * Waits for a bucket that is away, for there is nothing to start from without it.
 *
 * @throws the last error, when the bucket stayed away; at once any that time does not mend.
 */
export const waitForSession = async (options: SessionOptions): Promise<Session> => {
  const deadline = performance.now() + options.patience * 1000
  for (let attempt = 0; ; attempt++) {
    try {
      return await openSession(options)
    } catch (error) {
      if (!isBucketAway(error) || performance.now() >= deadline) throw error
      const pause = pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0
      const left = Math.ceil((deadline - performance.now()) / 1000)
      const text = `${error.message} Trying again for ${left} s, since there is no local database to start from.`
      options.log({ level: 'warn', step: 'lease', outcome: 'waiting', code: error.code, text })
      await sleep(pause)
    }
  }
}

/** What answers for the bucket is no store: nothing that it was sent can be believed to be stored. */
export const noStore = 'SW-BUCKET-NOT-A-STORE'

/** The bucket does not work, now or for good; but nobody else holds it. */
export const isBucketFault = (error: unknown): error is SeaworthyError =>
  error instanceof SeaworthyError && error.code.startsWith('SW-BUCKET-')

const isBucketAway = (error: unknown): error is TemporaryError =>
  error instanceof TemporaryError && isBucketFault(error)
