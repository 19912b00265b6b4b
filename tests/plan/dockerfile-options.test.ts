import { describe, expect, it } from 'vitest'
import { readDockerfileOptions, withoutDefaults } from '../../src/plan/dockerfile-options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { swapMegabytes } from '../../src/plan/swap.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { profile } from '../support/profile.ts'

describe('what package.json has under `dockerfile`', () => {
  // The shapes of dockerfile-node’s own test cases.
  it.each<[string, unknown, unknown]>([
    ['flags', { alpine: true, link: true, dev: false }, { alpine: true, link: true }],
    ['texts', { build: 'make', cmd: '', swap: '1G' }, { build: 'make', swap: '1G' }],
    ['an old way to defer the build', { build: 'defer' }, { deferBuild: true }],
    ['F21: the plain --cache of an earlier run', { cache: '' }, { cache: true }],
    ['F21: --cache=true', { cache: 'true' }, { cache: true }],
    ['packages', { packages: { base: ['vim'], deploy: [] } }, { packages: { base: ['vim'] } }],
    [
      'variables',
      { envs: { build: { A: 1 } }, args: { base: { B: 'x' } } },
      { envs: { build: { A: '1' } }, args: { base: { B: 'x' } } },
    ],
    [
      'instructions',
      { instructions: { build: 'lines', deploy: null } },
      { instructions: { build: 'lines' } },
    ],
    ['secrets', { secrets: ['TOKEN'] }, { secrets: ['TOKEN'] }],
    ['a port', { port: 8080 }, { port: 8080 }],
    ['other shapes', { alpine: 'yes', packages: ['vim'], envs: 'A', secrets: {}, port: 'x' }, {}],
  ])('%s', (_, dockerfile, expected) => {
    expect(readDockerfileOptions(JSON.stringify({ dockerfile }))).toEqual(expected)
  })

  it.each([[null], ['{}'], ['{"dockerfile":1}'], ['[]']])('is nothing in %s', (text) => {
    expect(readDockerfileOptions(text)).toBeNull()
  })

  it('has no key for a default', () => {
    expect(
      withoutDefaults({
        alpine: false,
        cmd: '',
        port: 0,
        secrets: [],
        envs: { base: {}, build: { A: 'b' } },
      }),
    ).toEqual({ envs: { build: { A: 'b' } } })
  })
})

describe('F26: swap', () => {
  it.each([
    ['512M', 512],
    ['512MB', 512],
    ['512mib', 512],
    ['1G', 1024],
    ['1GB', 1024],
    ['1GiB', 1024],
    ['536870912', 512],
    ['2097152k', 2048],
    [undefined, null],
    ['', null],
  ])('%s is %s MB', (size, expected) => expect(swapMegabytes(size)).toBe(expected))

  it.each(['much', '512', '1T', '-1G', '1.5G'])('%s is refused', (size) => {
    expect(() => swapMegabytes(size)).toThrow(expect.objectContaining({ code: 'SW-USAGE', exitCode: 2 }))
  })
})

describe('what an image cannot be is refused', () => {
  it.each<[object, Partial<AppProfile>, string]>([
    [{ litefs: true }, {}, 'SW-OPTION-LITEFS'],
    [{ nginxRoot: 'public' }, {}, 'SW-OPTION-NGINX'],
    [{ alpine: true, distroless: true }, {}, 'SW-USAGE'],
    [{ bun: true, distroless: true }, {}, 'SW-USAGE'],
    [{ distroless: true }, { runtime: { name: 'node', version: '21.7.1' } }, 'SW-USAGE'],
    [{ distroless: true, packages: { deploy: ['vim'] } }, {}, 'SW-USAGE'],
    [{ distroless: true, deferBuild: true }, {}, 'SW-USAGE'],
    [{ distroless: true, cmd: 'a && b' }, {}, 'SW-USAGE'],
    [{ legacyPeerDeps: true }, { packageManager: { name: 'pnpm', version: null } }, 'SW-USAGE'],
    [{ swap: 'much' }, {}, 'SW-USAGE'],
  ])('%j', (dockerfile, changes, code) => {
    expect(() => buildPlan(profile(changes), { dockerfile })).toThrow(expect.objectContaining({ code }))
  })
})
