import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemCode } from '../../src/errors.ts'
import { metadataFolder } from '../../src/litestream/position.ts'
import { inspect, restoredFrom } from '../support/database-check.ts'
import { litestreams } from '../support/litestreams.ts'
import { contentsOf, Ledger } from '../support/load.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'
import { childrenOf, loseMachine, signalLitestream } from '../support/process-tree.ts'
import { type Random, runsOr, seededRandom } from '../support/random.ts'
import { waitUntil } from '../support/s3-server.ts'
import { stores } from '../support/stores.ts'

interface Cycle {
  host: Host
  machine: Machine
  random: Random
  /** The database as the bucket has it right now, while nothing writes to the bucket. */
  checkBackup(): Promise<unknown>
  start(): Machine
}

// 0.3 may hang when it is told to end while it uploads: it is ended after SEAWORTHY_STALL, 60 s.
const litestreamIsBack = async (machine: Machine, dead: number): Promise<void> => {
  await waitUntil(() => childrenOf(machine, 'replicate').some((pid) => pid !== dead), 100_000)
}

const standsStill = async (pid: number, ms: number): Promise<void> => {
  try {
    process.kill(pid, 'SIGSTOP')
    await sleep(ms)
    process.kill(pid, 'SIGCONT')
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}

/** What happens to a running app and its Litestream; each gives the machine that runs in the end. */
const orders: Record<string, (cycle: Cycle) => Promise<Machine>> = {
  'app and Litestream are killed': async ({ machine, checkBackup, start }) => {
    await loseMachine(machine)
    await checkBackup()
    return start()
  },
  'Litestream is killed, and comes back while the app writes': async ({ machine }) => {
    await litestreamIsBack(machine, await signalLitestream(machine, 'SIGKILL'))
    return machine
  },
  'Litestream ends cleanly, and comes back while the app writes': async ({ machine }) => {
    await litestreamIsBack(machine, await signalLitestream(machine, 'SIGTERM'))
    return machine
  },
  'Litestream gets no processor now and then': async ({ machine, random }) => {
    for (let stop = 0; stop < 60; stop++) {
      // One that has left out a part of the log is not there for a second.
      for (const pid of childrenOf(machine, 'replicate')) await standsStill(pid, random.ms(3, 20))
      await sleep(random.ms(1, 20))
    }
    return machine
  },
  'the app is killed alone': async ({ machine, start }) => {
    for (const pid of childrenOf(machine, 'load.js')) process.kill(pid, 'SIGKILL')
    expect(await machine.exited).toBe(137)
    return start()
  },
  'Litestream’s folder is lost with the processes': async ({ host, machine, checkBackup, start }) => {
    await loseMachine(machine)
    await checkBackup()
    rmSync(metadataFolder(join(host.volume, 'dev.db')), { recursive: true, force: true })
    return start()
  },
  'Litestream is killed with its folder, and comes back while the app writes': async ({ host, machine }) => {
    const dead = await signalLitestream(machine, 'SIGKILL')
    rmSync(metadataFolder(join(host.volume, 'dev.db')), { recursive: true, force: true })
    await litestreamIsBack(machine, dead)
    return machine
  },
  'the start script is killed alone': async ({ machine, start }) => {
    process.kill(machine.pid, 'SIGKILL')
    return start()
  },
  'a clean stop and start': async ({ machine, start }) => {
    expect(await machine.stop(), machine.output()).toBe(0)
    return start()
  },
}

const names = Object.keys(orders)
const runs = runsOr(10)

const cases = litestreams.flatMap((litestream) => stores.map((store) => ({ ...litestream, ...store })))

describe.each(cases)(
  'the backup of an app that writes all the time, Litestream $dialect to $store',
  ({ dialect, path, store, keys }) => {
    it(`restores to the same database after each of ${runs} restarts`, {
      timeout: 60_000 + runs * 20_000,
    }, async () => {
      const random = seededRandom(`soundness, Litestream ${dialect} to ${store}`)
      const host = await newHost()
      const ledger = new Ledger(host)
      const bucket = await keys()
      const env = { SEAWORTHY_LITESTREAM: path, LEDGER: ledger.file, ...bucket }
      const start = () => host.start(env, ['node', 'load.js'])
      const restored = () => restoredFrom(host, path, contentsOf, bucket)
      const rest = [...names]
      for (let run = 0; run < runs; run++) {
        if (rest.length === 0) rest.push(...names)
        const [name = ''] = rest.splice(random.below(rest.length), 1)
        console.log(`${run}: ${name}`)
        const machine = start()
        await machine.reached('launch')
        await ledger.grows(machine, random.ms(1, 300))
        const last = await orders[name]?.({ host, machine, random, checkBackup: restored, start })
        if (last === undefined) throw new Error(name)
        await last.reached('launch')
        await ledger.grows(last, random.ms(1, 300))
        await sleep(random.ms(0, 300))
        expect(await last.stop(), last.output()).toBe(0)
        const local = inspect(join(host.volume, 'dev.db'), contentsOf)
        // By its number: one that was committed when its app was killed was never acknowledged.
        expect(local.entries, name).toBe(ledger.writes().at(-1)?.id)
        expect(await restored(), `${name}\n${last.output()}`).toEqual(local)
      }
    })
  },
)
