import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type Host, type Machine, newHost } from '../support/machine.ts'

/** Lets a start know a signal at which its clock goes back, as a first look at a time server may put it. */
const withClock = (host: Host): Record<string, string> => {
  const file = join(host.image, 'clock.mjs')
  writeFileSync(
    file,
    `const { now } = Date; process.on('SIGUSR2', () => (Date.now = () => now() - 3_600_000))`,
  )
  return { NODE_OPTIONS: `--import ${file}` }
}

const putBack = (machine: Machine): boolean => process.kill(machine.pid, 'SIGUSR2')

const secondsOf = async (work: Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work
  return (performance.now() - began) / 1000
}

describe('a clock that goes back an hour', () => {
  it('does not lengthen the end', async () => {
    const host = await newHost()
    const machine = host.start(withClock(host))
    await machine.ready()
    await machine.reached('replicate')
    await sleep(500)
    putBack(machine)
    expect(await secondsOf(machine.stop()), machine.output()).toBeLessThan(6)
    expect(machine.outcome('stop')).toBe('confirmed')
  })

  it('does not lengthen the wait for a bucket', async () => {
    const host = await newHost()
    const keys = {
      SEAWORTHY_BUCKET_DIR: undefined,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}`,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'auto',
      BUCKET_NAME: 'backups',
    }
    const machine = host.start({ ...keys, ...withClock(host), SEAWORTHY_BUCKET_WAIT: '2' })
    await machine.reached('lease')
    putBack(machine)
    expect(await secondsOf(machine.exited)).toBeLessThan(10)
    expect(await machine.exited, machine.output()).toBe(75)
  })
})
