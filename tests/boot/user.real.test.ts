import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { installCli, prismaEnv } from '../support/prisma-cli.ts'
import { childrenOf, isGone } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('skipped: what root does before it becomes another user, for this user is not root')

const uid = 1000
const user = `${uid}:${uid}`
const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']

/** Others may read this host; its bucket is the user's. */
const openHost = async (): Promise<Host> => {
  const host = await newHost()
  chmodSync(dirname(host.image), 0o755)
  chownTree(host.bucketDir)
  return host
}

const chownTree = (path: string): void => {
  chownSync(path, uid, uid)
  if (!statSync(path).isDirectory()) return
  for (const name of readdirSync(path)) chownTree(join(path, name))
}

/** Its output goes into a pipe, which belongs to root. */
const pipe = ['sh', '-c', '"$@" 2>&1 | cat', 'sh']

/** Owners of all that lies in a folder, itself as `.`. */
const owners = (folder: string): Record<string, number> =>
  Object.fromEntries(
    ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].map((name) => [
      name,
      lstatSync(join(folder, name)).uid,
    ]),
  )

/** The four user ids of a process, and its groups. */
const idsOf = (pid: number): string => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return [...status.matchAll(/^(Uid|Gid|Groups):\s*(.*)$/gm)].map(([, , ids = '']) => ids.trim()).join(' ')
}

const his = Array(9).fill(uid).join(' ')

const processesOf = (machine: Machine): number[] => [
  machine.pid,
  ...childrenOf(machine, 'replicate'),
  ...childrenOf(machine, 'server.js'),
]

describe.runIf(isRoot)('a start by root with a user', () => {
  it('takes over a volume that root wrote, and what it left running', async () => {
    const host = await openHost()
    const first = host.start()
    await first.ready()
    await first.reached('replicate')
    await first.add('one')
    const left = processesOf(first).slice(1)
    process.kill(first.pid, 'SIGKILL')
    await waitUntil(() => isGone(first.pid))
    // It would go on to write to the bucket as root, behind the change of its owner.
    const [litestream = 0] = left
    if (!isGone(litestream)) process.kill(litestream, 'SIGKILL')
    await waitUntil(() => isGone(litestream))
    writeFileSync(join(host.volume, 'foreign.txt'), 'not ours')
    chownTree(host.bucketDir)

    const second = host.start({ SEAWORTHY_USER: user })
    await second.ready()
    await second.reached('replicate')
    expect(second.output()).toMatch(/ended what a killed start had left running: 1 of its processes/)
    expect(left.filter((pid) => !isGone(pid))).toEqual([])
    expect(processesOf(second)).toHaveLength(3)
    for (const pid of processesOf(second)) expect(idsOf(pid).split(/\s+/).join(' ')).toBe(his)
    const { 'foreign.txt': foreign, ...ours } = owners(host.volume)
    expect(foreign).toBe(0)
    expect(new Set(Object.values(ours))).toEqual(new Set([uid]))
    expect(await second.rows()).toEqual(['seed', 'one'])
    expect(await second.stop(), second.output()).toBe(0)
    expect(second.outcome('stop')).toBe('confirmed')

    for (const [env, through] of [
      [{ SEAWORTHY_USER: user }, []],
      [{}, asUser],
    ] as const) {
      const next = host.start(env, undefined, [...through])
      await next.ready()
      expect(await next.rows()).toEqual(['seed', 'one'])
      expect(await next.stop(), next.output()).toBe(0)
    }
  })

  it('seeds, migrates by Prisma’s CLI and starts the app as him, with his surroundings', async () => {
    const host = await openHost()
    const script = join(host.image, 'start.js')
    writeFileSync(script, readFileSync(script, 'utf8').replace("'/data'", "'/data', user: 'nobody'"))
    const nobody = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1])
    chownSync(host.bucketDir, nobody, 0)
    const seed = join(host.image, 'prisma/seed.js')
    writeFileSync(seed, `${readFileSync(seed, 'utf8')}\nconsole.log('seed runs as', process.getuid())`)
    writeFileSync(join(host.image, 'prisma/dev.db'), 'from the laptop')
    const program = `
      console.log('app runs as', process.getuid(), process.env.HOME, process.env.USER, process.env.LOGNAME)
      require('node:fs').writeFileSync('/dev/stdout', 'it opens its output anew\\n')`
    const machine = host.start({ HOME: '/root' }, ['node', '-e', program], pipe)
    expect(await machine.exited, machine.output()).toBe(0)
    expect(machine.output()).toContain(`seed runs as ${nobody}`)
    expect(machine.output()).toContain(`app runs as ${nobody} /nonexistent nobody nobody`)
    expect(machine.output()).toContain('it opens its output anew')
    expect(readlinkSync(join(host.image, 'prisma/dev.db'))).toBe(join(host.volume, 'dev.db'))
    // He may change the link, and not the files beside it.
    const { uid: owner, mode } = statSync(join(host.image, 'prisma'))
    expect([owner, mode & 0o7777]).toEqual([0, 0o1775])

    installCli(host.image)
    const folder = join(host.image, 'prisma/migrations/20260103000000_next')
    mkdirSync(folder)
    writeFileSync(join(folder, 'migration.sql'), 'CREATE TABLE "Next" ("x" TEXT);')
    const next = host.start(prismaEnv, ['node', '-e', ''])
    expect(await next.exited, next.output()).toBe(0)
    expect(next.outcome('migrate')).toBe('migrated')
    expect(new Set(Object.values(owners(host.volume)))).toEqual(new Set([nobody]))
  })

  it('who does not exist: says so, and touches nothing', async () => {
    const host = await openHost()
    const before = owners(dirname(host.image))
    const machine = host.start({ SEAWORTHY_USER: 'nobody-here' })
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-USER-UNKNOWN'])
    expect(owners(dirname(host.image))).toEqual(before)
  })

  it('for a release command: that is his too, with the link', async () => {
    const host = await openHost()
    const program = "console.log('runs as', process.getuid())"
    const machine = host.start({ SEAWORTHY_USER: user, RELEASE_COMMAND: '1' }, ['node', '-e', program])
    expect(await machine.exited, machine.output()).toBe(0)
    expect(machine.output()).toContain(`runs as ${uid}`)
    expect(lstatSync(join(host.image, 'prisma/dev.db')).uid).toBe(uid)
  })
})

describe.runIf(isRoot)('a start by somebody else, on a volume that root wrote', () => {
  it('says whose it is and what to type, and nothing is changed', async () => {
    const host = await openHost()
    const first = host.start()
    await first.ready()
    expect(await first.stop()).toBe(0)
    const before = owners(host.volume)
    for (const change of [() => {}, () => chownSync(host.volume, uid, uid)]) {
      change()
      const refused = host.start({}, undefined, asUser)
      expect(await refused.exited).toBe(1)
      expect(refused.codes()).toEqual(['SW-VOLUME-OWNER'])
      expect(refused.output()).toContain(`SEAWORTHY_USER=${user}`)
    }
    expect({ ...owners(host.volume), '.': 0 }).toEqual(before)
    chownTree(host.bucketDir)
    const machine = host.start({ SEAWORTHY_USER: user })
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed'])
  })

  it('says so where he may not make the link either', async () => {
    const host = await openHost()
    chownSync(host.volume, uid, uid)
    const machine = host.start({}, undefined, asUser)
    expect(await machine.exited, machine.output()).toBe(1)
    expect(machine.codes()).toEqual(['SW-DENIED'])
    expect(machine.output()).toContain(join(host.image, 'prisma/dev.db'))
  })
})
