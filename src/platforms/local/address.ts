import { once } from 'node:events'
import { connect } from 'node:net'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'

const host = '127.0.0.1'

export const urlOf = (port: number): string => `http://${host}:${port}`

/** The status that `GET /` is answered with; null when nothing answers. */
export const probe = async (url: string, timeoutMs: number): Promise<number | null> => {
  try {
    const response = await fetch(`${url}/`, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    return response.status
  } catch {
    return null
  }
}

/** @throws SeaworthyError `SW-PORT-IN-USE`. */
export const assertPortFree = async (port: number, ctx: Context): Promise<void> => {
  if (!(await isListenedOn(port))) return
  const name = await listenerOn(port, ctx)
  throw new SeaworthyError({
    code: 'SW-PORT-IN-USE',
    what: `Port ${port} is in use${name === null ? '' : ` by ${name}`}.`,
    why: 'The machine would not get it, and something else would answer in its place.',
    next: `npx seaworthy local deploy --port ${port < 65_535 ? port + 1 : port - 1}, or stop what listens there.`,
  })
}

const isListenedOn = async (port: number): Promise<boolean> => {
  const socket = connect(port, host)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

// `lsof -F` prints one field a line, each led by its letter: p is the process, c its command.
const listenerOn = async (port: number, { run }: Context): Promise<string | null> => {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']
  const { code, stdout } = await run({ file: 'lsof', args }, { timeoutMs: 3_000 })
  const field = (letter: string) => new RegExp(`^${letter}(.+)$`, 'm').exec(stdout)?.[1]
  return code === 0 && field('p') ? `${field('c')} (process ${field('p')})` : null
}
