import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { childrenOf } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

/** What starts a command as process 1 of its own, as a container does without an init. */
const asFirst = ['/usr/bin/unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--']

const canUnshare = ((): boolean => {
  try {
    execFileSync(asFirst[0] ?? '', [...asFirst.slice(1), 'true'], { stdio: 'pipe' })
    return true
  } catch {
    console.warn('skipped: seaworthy as process 1, for this user may not make a PID namespace (root may)')
    return false
  }
})()

const tini = '/usr/bin/tini'
const hasTini = existsSync(tini)
if (!hasTini) console.warn('skipped: process 1 with tini, which is not installed (apt-get install tini)')

/** A PATH with what the app's command needs, and tini or not. */
const searchPath = (host: Host, programs: string[]): string => {
  const folder = join(host.image, 'programs')
  mkdirSync(folder)
  symlinkSync(process.execPath, join(folder, 'node'))
  for (const path of ['/bin/sh', '/bin/sleep', ...programs])
    symlinkSync(path, join(folder, path.split('/').at(-1) ?? ''))
  return folder
}

/** Process 1, by the number that it has on this side. */
const firstOf = (host: Host, machine: Machine): number =>
  childrenOf(machine, join(host.image, 'start.js'))[0] ?? 0

const stop = async (host: Host, machine: Machine): Promise<number> => {
  process.kill(firstOf(host, machine), 'SIGTERM')
  return machine.exited
}

const zombies = (host: Host, machine: Machine): number => {
  const first = firstOf(host, machine)
  const children = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').split(' ').filter(Boolean)
  return children.filter((pid) => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).length
}

/** The app, behind a shell that has left 15 processes to whoever takes them. */
const orphaning = [
  'sh',
  '-c',
  'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do (sleep 0.1 &); done; exec node server.js',
]

const isWarned = (machine: Machine): boolean =>
  machine.log.some(({ level, text = '' }) => level === 'warn' && text.includes('zombies'))

describe.runIf(canUnshare)('as process 1', () => {
  it('SIGTERM stops the app, the final sync is made, and the next start goes on (F13)', async () => {
    const host = await newHost()
    for (const rows of [['seed'], ['seed', 'one']]) {
      const machine = host.start({}, undefined, asFirst)
      await machine.ready()
      expect(await machine.rows()).toEqual(rows)
      await machine.add('one')
      expect(await stop(host, machine), machine.output()).toBe(0)
      expect(machine.outcome('stop')).toBe('confirmed')
    }
  })

  it('after it was killed with all that it had started, the next start goes on', async () => {
    const host = await newHost()
    const killed = host.start({}, undefined, asFirst)
    await killed.ready()
    await killed.add('one')
    await killed.kill()
    const machine = host.start({}, undefined, asFirst)
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(await stop(host, machine), machine.output()).toBe(0)
  })

  it.each([
    ['root', undefined],
    ['another user', '1000:1000'],
  ])('of %s, orphans of the app stay as zombies, which is said', async (_, user) => {
    const host = await newHost()
    chmodSync(dirname(host.image), 0o755)
    if (user !== undefined) chownSync(host.bucketDir, 1000, 1000)
    const env = { SEAWORTHY_USER: user, PATH: searchPath(host, []) }
    const machine = host.start(env, orphaning, asFirst)
    await machine.ready()
    await waitUntil(() => zombies(host, machine) === 15)
    await waitUntil(() => isWarned(machine))
    expect(await stop(host, machine), machine.output()).toBe(0)
  })

  it.runIf(hasTini)('with tini in the image, orphans of the app are cleared away', async () => {
    const host = await newHost()
    const machine = host.start({ PATH: searchPath(host, [tini]) }, orphaning, asFirst)
    await machine.ready()
    expect(childrenOf({ pid: firstOf(host, machine) }, '--')).toHaveLength(1)
    await machine.add('one')
    expect(zombies(host, machine)).toBe(0)
    expect(await stop(host, machine), machine.output()).toBe(0)
    expect(machine.outcome('stop')).toBe('confirmed')
    expect(isWarned(machine)).toBe(false)
  })

  it.runIf(hasTini)('with tini, an app that ignores SIGTERM is killed with all that it started', async () => {
    const host = await newHost()
    const program = "process.on('SIGTERM', () => {}); console.log('app is up'); setInterval(() => {}, 1000)"
    const env = { PATH: searchPath(host, [tini]), SEAWORTHY_STOP_TIMEOUT: '0.5' }
    const machine = host.start(env, ['node', '-e', program], asFirst)
    await waitUntil(() => machine.output().includes('\napp is up'))
    expect(await stop(host, machine)).toBe(137)
    expect(machine.outcome('stop')).toBe('confirmed')
  })
})
