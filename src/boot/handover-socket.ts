import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * What is said, one JSON object a line. Successor: `hello`, then `launched` or `stop`, then `mine`; predecessor:
 * `welcome`, then `yours`. A socket on the volume is heard by whoever has the volume mounted on the same computer, and by
 * nobody else; it closes when its process dies, whatever killed it.
 */
type Word = 'hello' | 'welcome' | 'launched' | 'stop' | 'yours' | 'mine'

const protocol = 1

/** The start that runs on the volume, as the one sees it that will follow it. */
export interface Predecessor {
  /** How it has left: it has let go of the volume, or it is dead. */
  readonly left: 'gave' | 'died' | null
  readonly gone: Promise<void>
  /** Our app runs beside its app. */
  launched(): void
  /** It is to end its app and to let go of everything, before ours can begin. */
  askToStop(): void
  /** We hold the volume. */
  taken(): void
  close(): void
}

/** The running start's side: one successor at a time. */
export interface Offer {
  /** The app of a successor runs beside ours, and goes on when ours ends. */
  readonly hasSuccessor: boolean
  /** We were asked to stop, and by whom we were asked is still there. */
  readonly isReplaced: boolean
  /** The successor has gone, whatever for. */
  readonly alone: Promise<void>
  /** All is let go of: whether the successor has taken it, in this many milliseconds. */
  give(timeoutMs: number): Promise<boolean>
  /** Nobody is let in any more. */
  close(): void
}

export interface OfferHandlers {
  onStop: () => void
  /** A successor has gone before it took anything; the next is let in when this is done. */
  onLost: () => Promise<void>
}

/** Milliseconds within which a running start answers; one that stands still does not. */
const answerMs = 2_000

/** Asks whoever runs on this volume to be followed; null when nobody answers. */
export const meetPredecessor = async (state: string): Promise<Predecessor | null> => {
  const line = openLine(connect(socketIn(state)))
  line.say('hello')
  const isWelcome = await line.heard('welcome', answerMs)
  if (!isWelcome) {
    line.close()
    return null
  }
  let left: Predecessor['left'] = null
  const gone = Promise.race([
    line.heard('yours').then((isGiven) => (isGiven ? ('gave' as const) : ('died' as const))),
    line.closed.then(() => 'died' as const),
  ]).then((how) => {
    left = how
  })
  return {
    get left() {
      return left
    },
    gone,
    launched: () => line.say('launched'),
    askToStop: () => line.say('stop'),
    taken: () => line.say('mine'),
    close: () => line.close(),
  }
}

/** Lets a successor find this start. A socket that a killed start left behind is replaced: the volume is ours. */
export const offerVolume = async (state: string, { onStop, onLost }: OfferHandlers): Promise<Offer> => {
  let successor: Line | null = null
  let isLaunched = false
  let isReplaced = false
  let isGiven = false
  const server = createServer(async (socket) => {
    const line = openLine(socket)
    if (successor !== null || !(await line.heard('hello', answerMs)) || successor !== null)
      return line.close()
    successor = line
    line.say('welcome')
    line.heard('launched').then((isSo) => {
      isLaunched = isSo
    })
    line.heard('stop').then((isSo) => {
      if (!isSo) return
      isReplaced = true
      onStop()
    })
    await line.closed
    isLaunched = false
    if (!isGiven && !isReplaced) await onLost()
    successor = null
  })
  rmSync(socketIn(state), { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketIn(state), resolve)
  })
  server.unref()
  return {
    get hasSuccessor() {
      return isLaunched
    },
    get isReplaced() {
      return isReplaced && successor !== null
    },
    get alone() {
      return successor?.closed ?? Promise.resolve()
    },
    give: async (timeoutMs) => {
      isGiven = true
      successor?.say('yours')
      const isTaken = (await successor?.heard('mine', timeoutMs)) ?? false
      if (!isTaken) successor?.close()
      return isTaken
    },
    close: () => void server.close(),
  }
}

interface Line {
  say(word: Word): void
  /** Whether the word was said before the line closed, or the time was over. */
  heard(word: Word, timeoutMs?: number): Promise<boolean>
  readonly closed: Promise<void>
  close(): void
}

const openLine = (socket: Socket): Line => {
  const words = new Set<Word>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  const lines = createInterface({ input: socket })
  // A line that breaks closes.
  for (const each of [socket, lines]) each.on('error', () => {})
  lines.on('line', (text) => {
    const word = wordIn(text)
    if (word !== null) words.add(word)
    tell()
  })
  const closed = new Promise<void>((resolve) => socket.once('close', resolve))
  closed.then(tell)
  return {
    say: (word) => void socket.write(`${JSON.stringify({ say: word, protocol })}\n`),
    heard: (word, timeoutMs) =>
      new Promise((resolve) => {
        const settle = (isHeard: boolean) => {
          listeners.delete(look)
          clearTimeout(timer)
          resolve(isHeard)
        }
        const look = () => {
          if (words.has(word) || socket.destroyed) settle(words.has(word))
        }
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => settle(false), timeoutMs)
        listeners.add(look)
        look()
      }),
    closed,
    close: () => void socket.destroy(),
  }
}

// Of another protocol nothing is understood: who speaks it waits for the volume's lock, as without a hand-over.
const wordIn = (text: string): Word | null => {
  try {
    const { say, protocol: theirs } = JSON.parse(text)
    return theirs === protocol ? say : null
  } catch {
    return null
  }
}

const socketIn = (state: string): string => join(state, 'handover.sock')
