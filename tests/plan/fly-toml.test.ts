import { describe, expect, it } from 'vitest'
import { readFlyToml } from '../../src/plan/fly-toml.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { profile } from '../support/profile.ts'

const findingsOf = (flyToml: string, backup = true) =>
  buildPlan(profile(), { backup, files: { dockerfile: null, flyToml, packageJson: null, present: [] } })
    .findings

describe('what fly.toml has settled', () => {
  it.each([
    ['the port of the service', '[http_service]\ninternal_port = 80\n[env]\nPORT = "81"', { port: 80 }],
    ['else the variable', '[env]\nPORT = "81"', { port: 81 }],
    ['neither', '[env]\nPORT = "x"', { port: null }],
    ['memory', '[[vm]]\nmemory = "2gb"', { memoryMb: 2048, size: null }],
    ['memory as a number', '[[vm]]\nmemory_mb = 300', { memoryMb: 300 }],
    ['memory of a size', '[[vm]]\nsize = "performance-2x"', { memoryMb: 4096, size: 'performance-2x' }],
    ['memory of a number of CPUs', '[[vm]]\ncpu_kind = "shared"\ncpus = 2', { memoryMb: 512 }],
    ['no machine', '', { memoryMb: null, size: null, swapMb: null }],
    ['swap', 'swap_size_mb = 512', { swapMb: 512 }],
    [
      'the mount of the process that serves',
      '[processes]\napp = ""\nw = ""\n[[mounts]]\nsource = "a"\ndestination = "/a"\nprocesses = ["w"]\n[[mounts]]\nsource = "b"\ndestination = "/b"',
      { volume: { source: 'b', destination: '/b' } },
    ],
  ])('%s', (_, text, expected) => {
    expect(readFlyToml(text)).toMatchObject(expected)
  })
})

describe('what in fly.toml is at odds with one machine and its backup', () => {
  it.each([
    ['SW-FLY-KILL-TIMEOUT', 'kill_timeout = 5'],
    ['SW-FLY-KILL-TIMEOUT', 'kill_timeout = "30s"'],
    ['SW-FLY-MACHINES', '[http_service]\nmin_machines_running = 2'],
    ['SW-FLY-MACHINES', '[[services]]\nmin_machines_running = 3'],
    ['SW-FLY-STRATEGY', '[deploy]\nstrategy = "canary"'],
    ['SW-FLY-STRATEGY', '[deploy]\nstrategy = "bluegreen"'],
    ['SW-FLY-LITEFS-CHECK', '[[services]]\n[[services.http_checks]]\npath = "/litefs/health"'],
    ['SW-FLY-LITEFS-CHECK', '[http_service]\n[[http_service.checks]]\npath = "/litefs/health"'],
    ['SW-FLY-RELEASE-COMMAND', '[deploy]\nrelease_command = "npx prisma migrate deploy"'],
  ])('%s: %j', (code, text) => {
    expect(findingsOf(text).map((finding) => finding.code)).toEqual([code])
  })

  it.each([
    ['kill_timeout = "1m"'],
    ['kill_timeout = 300'],
    ['kill_timeout = "1m30s"'],
    ['[http_service]\nmin_machines_running = 1'],
    ['[http_service]\n[[http_service.checks]]\npath = "/healthz"'],
    ['[deploy]\nstrategy = "rolling"\nrelease_command = "node notify.js"'],
  ])('nothing: %j', (text) => {
    expect(findingsOf(text)).toEqual([])
  })

  it('a short time to stop is no matter without a backup', () => {
    expect(findingsOf('kill_timeout = 5', false)).toEqual([])
  })
})
