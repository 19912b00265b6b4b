/** What a client has seen. */
export interface Seen {
  requests: number
  /** What each that was not answered well got instead. */
  failed: string[]
  /** Milliseconds of each, the quickest first. */
  times: number[]
  /** Texts of the writes that were acknowledged. */
  acknowledged: string[]
}

/** Sends a request, a write where there is a text, and gives the status of its answer. */
export type Send = (text: string | null) => Promise<number>

/** Reads and writes in turn, 50 requests a second, whether they are answered or not, until it is stopped. */
export const startClient = (send: Send): (() => Promise<Seen>) => {
  const seen: Seen = { requests: 0, failed: [], times: [], acknowledged: [] }
  const pending = new Set<Promise<void>>()
  const one = async (number: number) => {
    const text = number % 2 === 0 ? `write ${number}` : null
    const began = performance.now()
    const answer = await send(text).catch((error: Error) => error.message)
    seen.times.push(performance.now() - began)
    if (answer === 201 && text !== null) seen.acknowledged.push(text)
    else if (answer !== 200) seen.failed.push(`${text ?? 'read'}: ${answer}`)
  }
  const timer = setInterval(() => {
    const request = one(seen.requests++).finally(() => pending.delete(request))
    pending.add(request)
  }, 20)
  return async () => {
    clearInterval(timer)
    await Promise.all(pending)
    seen.times.sort((a, b) => a - b)
    return seen
  }
}
