import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newHost } from '../support/machine.ts'
import { isGone } from '../support/process-tree.ts'
import { waitUntil } from '../support/s3-server.ts'

const app = (program: string) => ['node', '-e', program]

describe('the exit code of the app is ours (F35)', () => {
  it.each([
    ['0', 0, 'process.exitCode = 0'],
    ['1', 1, 'process.exitCode = 1'],
    ['3', 3, 'process.exitCode = 3'],
    ['SIGKILL', 137, "process.kill(process.pid, 'SIGKILL')"],
    ['SIGABRT', 134, 'process.abort()'],
  ])('%s gives %i', async (_, code, program) => {
    const host = await newHost()
    const machine = host.start({}, app(program))
    expect(await machine.exited, machine.output()).toBe(code)
    // However short it lived: the new database is in the bucket (F43).
    expect(machine.outcome('stop')).toBe('confirmed')
  })

  it('when its port is in use', async () => {
    const host = await newHost()
    const server = createServer().listen(host.port, '127.0.0.1')
    onTestFinished(() => void server.close())
    const machine = host.start()
    expect(await machine.exited).toBe(1)
    expect(machine.output()).toContain('EADDRINUSE')
  })
})

describe('a signal', () => {
  it.each([
    ['SIGTERM', 15],
    ['SIGINT', 2],
    ['SIGHUP', 1],
  ] as const)(
    '%s reaches the app at once, which may answer it as it likes (F13, F14)',
    async (signal, number) => {
      const host = await newHost()
      const program = `process.on('${signal}', () => process.exit(40 + ${number})); console.log('app is up'); setInterval(() => {}, 1000)`
      const machine = host.start({}, app(program))
      await waitUntil(() => machine.output().includes('\napp is up'))
      expect(await machine.stop(signal)).toBe(40 + number)
      expect(machine.outcome('stop')).toBe('confirmed')
    },
  )

  it('that the app ignores: it is killed when its time is over, with all that it started', async () => {
    const host = await newHost()
    const program = `
      const { spawn } = require('node:child_process')
      process.on('SIGTERM', () => {})
      const child = spawn('sleep', ['300'])
      console.log('app is up, child', child.pid)
      setInterval(() => {}, 1000)`
    const machine = host.start({ SEAWORTHY_STOP_TIMEOUT: '0.5' }, app(program))
    await waitUntil(() => machine.output().includes('\napp is up'))
    expect(await machine.stop()).toBe(137)
    const child = Number(/child (\d+)/.exec(machine.output())?.[1])
    await waitUntil(() => isGone(child))
    expect(machine.outcome('stop')).toBe('confirmed')
  })
})

describe('the command', () => {
  it('is missing: usage, and nothing keeps running', async () => {
    const host = await newHost()
    const machine = host.start({}, [])
    expect(await machine.exited).toBe(2)
    expect(machine.codes()).toEqual(['SW-LAUNCH-NO-COMMAND'])
  })

  it('names no program', async () => {
    const host = await newHost()
    const machine = host.start({}, ['no-such-program', 'start'])
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-LAUNCH-NOT-FOUND'])
  })

  it('arrives as it was written (F16, F17)', async () => {
    const host = await newHost()
    const program = 'console.log(JSON.stringify(process.argv.slice(1)))'
    const machine = host.start({}, [...app(program), 'two words', '$HOME', '*', ''])
    expect(await machine.exited).toBe(0)
    expect(machine.output()).toContain('["two words","$HOME","*",""]')
    expect(machine.outcome('seed')).toBe('seeded')
  })
})
