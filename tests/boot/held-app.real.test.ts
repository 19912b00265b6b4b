import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { childrenOf, isGone } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

/** The app's process while it stands at the gate, and after. */
const heldBy = (machine: Machine, word = 'server.js'): number[] =>
  childrenOf(machine, word).filter((pid) =>
    readFileSync(`/proc/${pid}/environ`, 'utf8').includes('SEAWORTHY_GATE='),
  )

/** A machine while its seed runs, so that the app's turn has not come: for this long, or until the machine ends. */
const startSeeding = async (
  host: Host,
  {
    ms = 60_000,
    env = {},
    words,
  }: { ms?: number; env?: Record<string, string | undefined>; words?: string[] } = {},
): Promise<Machine> => {
  writeFileSync(join(host.image, 'prisma/seed.js'), `console.log('seeding'); setTimeout(() => {}, ${ms})`)
  const machine = host.start(env, words)
  await waitUntil(() => machine.output().includes('seeding'))
  return machine
}

/** An app that leaves a file when its first line runs. */
const leaveTrace = ({ image }: Host): string => {
  const trace = join(image, 'trace')
  const server = join(image, 'server.js')
  writeFileSync(
    join(image, 'trace.js'),
    `import { writeFileSync } from 'node:fs'; writeFileSync('trace', '')`,
  )
  writeFileSync(server, `import './trace.js'\n${readFileSync(server, 'utf8')}`)
  return trace
}

const edit = (file: string, from: string, to: string): void =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))

/** An app that prints an expression and ends. */
const print = (host: Host, expression: string): void =>
  writeFileSync(join(host.image, 'server.js'), `console.log('it is', JSON.stringify(${expression}))`)

const printed = (machine: Machine): unknown =>
  JSON.parse(/^it is (.*)$/m.exec(machine.output())?.[1] ?? 'null')

describe("the app's process", () => {
  it('is there before its turn, and runs nothing of the app until then', async () => {
    const host = await newHost()
    const trace = leaveTrace(host)
    const machine = await startSeeding(host, { ms: 1_000 })
    const held = heldBy(machine)
    expect(held).toHaveLength(1)
    expect(existsSync(trace)).toBe(false)
    await machine.ready()
    expect(existsSync(trace)).toBe(true)
    expect(machine.log.find(({ outcome }) => outcome === 'launched')).toMatchObject({ pid: held[0] })
    expect(await machine.stop(), machine.output()).toBe(0)
  })

  it.each([
    ['is killed', 'SIGKILL'],
    ['is stopped', 'SIGTERM'],
  ] as const)('ends without having run anything of the app when the start %s', async (_, signal) => {
    const host = await newHost()
    const trace = leaveTrace(host)
    const machine = await startSeeding(host)
    const [held = 0] = heldBy(machine)
    expect(isGone(held)).toBe(false)
    process.kill(machine.pid, signal)
    await waitUntil(() => isGone(held))
    expect(existsSync(trace)).toBe(false)
  })

  it('takes the signal for a debugger for no turn', async () => {
    const host = await newHost()
    const trace = leaveTrace(host)
    const machine = await startSeeding(host, { ms: 3_000 })
    const [held = 0] = heldBy(machine)
    // Its Node is up only then, and hears the signal.
    await sleep(1_000)
    process.kill(held, 'SIGUSR1')
    await waitUntil(() => machine.output().includes('inspector'))
    expect(existsSync(trace)).toBe(false)
    await machine.ready()
    expect(heldBy(machine)).toEqual([held])
    expect(await machine.stop(), machine.output()).toBe(0)
  })

  it('of a start that waits for the volume is none of what a killed one has left', async () => {
    const host = await newHost()
    const first = host.start()
    await first.ready()
    const waiting = [host.start(), host.start()]
    await waitUntil(() => waiting.every((machine) => heldBy(machine).length === 1))
    await first.stop('SIGKILL')
    await waitUntil(() => waiting.some(({ log }) => log.some(({ outcome }) => outcome === 'launched')))
    const [next, last] = waiting.toSorted((a, b) => b.log.length - a.log.length) as [Machine, Machine]
    await next.ready()
    // The first one's app, and its Litestream unless that has ended by itself.
    expect(next.output()).toMatch(/had left running: [12] of its processes/)
    expect(heldBy(last)).toHaveLength(1)
    expect(await next.stop(), next.output()).toBe(0)
    await last.ready()
    expect(heldBy(last)).toHaveLength(1)
    expect(await last.stop(), last.output()).toBe(0)
  })

  it('is started anew when it was killed meanwhile', async () => {
    const host = await newHost()
    const machine = await startSeeding(host, { ms: 1_000 })
    const [held = 0] = heldBy(machine)
    expect(isGone(held)).toBe(false)
    process.kill(held, 'SIGKILL')
    await machine.ready()
    expect(heldBy(machine)).toEqual([])
    expect(await machine.stop(), machine.output()).toBe(0)
  })

  it.each([
    ['another command', 'await db.launch()', `await db.launch(['node', 'other.js'])`, ['other.js', null]],
    [
      'another environment',
      'await db.launch()',
      `process.env.GREETING = 'hello'; await db.launch()`,
      ['server.js', 'hello'],
    ],
  ])('is another one where the start script chooses %s', async (_, from, to, expected) => {
    const host = await newHost()
    print(host, `[process.argv[1].split('/').at(-1), process.env.GREETING]`)
    writeFileSync(join(host.image, 'other.js'), readFileSync(join(host.image, 'server.js')))
    edit(join(host.image, 'start.js'), from, to)
    const machine = host.start()
    expect(await machine.exited, machine.output()).toBe(0)
    expect(machine.output().match(/^it is/gm)).toHaveLength(1)
    expect(printed(machine)).toEqual(expected)
  })

  it('is another one where the start script changes what it inherits beside the environment', async () => {
    const host = await newHost()
    print(host, 'process.umask()')
    edit(join(host.image, 'start.js'), 'await db.launch()', 'process.umask(0o027); await db.launch()')
    const machine = host.start()
    expect(await machine.exited, machine.output()).toBe(0)
    expect(printed(machine)).toBe(0o027)
  })

  it('is the same one where the start hands it a url that the environment did not have', async () => {
    const host = await newHost()
    print(host, '[process.pid, process.env.DATABASE_URL]')
    edit(join(host.image, 'start.js'), "volume: '/data'", "volume: '/data', env: 'DATABASE_URL'")
    const machine = await startSeeding(host, { ms: 1_000 })
    const [held] = heldBy(machine)
    expect(await machine.exited, machine.output()).toBe(0)
    expect(printed(machine)).toEqual([held, `file:${join(host.volume, 'dev.db')}`])
  })

  it('does not keep a start script from ending that launches nothing', async () => {
    const host = await newHost()
    const trace = leaveTrace(host)
    edit(join(host.image, 'start.js'), 'await db.replicate()\nawait db.launch()', '')
    const machine = host.start()
    expect(await machine.exited, machine.output()).toBe(0)
    expect(existsSync(trace)).toBe(false)
  })

  it('is started at its turn where no descriptor was left for it before', async () => {
    const host = await newHost()
    print(host, '1')
    edit(
      join(host.image, 'start.js'),
      'await db.link()',
      `const { default: processes } = await import('node:child_process')
       const { closeSync, openSync } = await import('node:fs')
       const { spawn } = processes
       processes.spawn = (...args) => {
         processes.spawn = spawn
         const taken = []
         try { for (;;) taken.push(openSync('/dev/null')) } catch {}
         try { return spawn(...args) } finally { for (const each of taken) closeSync(each) }
       }
       await db.link()`,
    )
    const machine = host.start({}, ['node', 'server.js'], ['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh'])
    expect(await machine.exited, machine.output()).toBe(0)
    expect(printed(machine)).toBe(1)
  })

  it.each([undefined, '', '--max-old-space-size=256 --no-warnings', '  --no-warnings   --no-deprecation '])(
    'sees nothing of having been held, nor do its workers and children, with NODE_OPTIONS=%s',
    async (options) => {
      const host = await newHost()
      writeFileSync(
        join(host.image, 'server.js'),
        `import { fork } from 'node:child_process'
       import { fstatSync } from 'node:fs'
       import { isMainThread, parentPort, Worker } from 'node:worker_threads'

       const isOpen = (descriptor) => { try { fstatSync(descriptor); return true } catch { return false } }
       const { NODE_OPTIONS = null, SEAWORTHY_GATE = null } = process.env
       const view = () => [process.execArgv, process.argv.slice(2), NODE_OPTIONS, SEAWORTHY_GATE]
       const answerOf = (other) => new Promise((resolve) => other.once('message', resolve))
       if (!isMainThread) parentPort.postMessage(view())
       else if (process.send) process.send(view())
       else {
         const isLineOpen = isOpen(3)
         const all = [view(), await answerOf(new Worker(import.meta.filename)), await answerOf(fork(import.meta.filename))]
         console.log('it is', JSON.stringify({ isLineOpen, all }))
       }`,
      )
      const machine = host.start({ NODE_OPTIONS: options }, ['node', 'server.js', 'a b', '$HOME'])
      expect(await machine.exited, machine.output()).toBe(0)
      const own = [[], ['a b', '$HOME'], options ?? null, null]
      const others = [[], [], options ?? null, null]
      expect(printed(machine)).toEqual({ isLineOpen: false, all: [own, others, others] })
    },
  )
})

describe('who is held', () => {
  it.each([
    { words: ['node', 'server.js'], isHeld: true },
    { words: ['npm', 'start'], isHeld: true },
    { words: ['node', '--enable-source-maps', '--max-old-space-size=256', 'server.js'], isHeld: true },
    { words: ['node', '--import', './trace.js', 'server.js'], isHeld: true },
    { words: ['node', 'server.js'], options: '--max-old-space-size=256', isHeld: true },
    { words: ['node', 'server.js'], options: '--require=node:fs', isHeld: false },
    { words: ['node', '--watch', 'server.js'], isHeld: false },
    { words: ['node', '-e', '0'], isHeld: false },
    { words: ['sh', '-c', 'node server.js'], isHeld: false },
  ])('$words with NODE_OPTIONS=$options: $isHeld', async ({ words, options, isHeld }) => {
    const host = await newHost()
    const trace = leaveTrace(host)
    const machine = await startSeeding(host, { env: { NODE_OPTIONS: options }, words })
    expect(heldBy(machine, isHeld ? 'server.js' : words.at(-1))).toHaveLength(isHeld ? 1 : 0)
    expect(existsSync(trace)).toBe(false)
  })
})
