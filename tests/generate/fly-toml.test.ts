import { parse } from '@decimalturn/toml-patch'
import { describe, expect, it } from 'vitest'
import { flyToml } from '../../src/generate/fly-toml.ts'
import { mergeFlyToml } from '../../src/generate/merge-fly-toml.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { healthy, written } from '../support/fly-tomls.ts'
import { profile } from '../support/profile.ts'

const textOf = (changes: Partial<AppProfile> = {}, options: PlanOptions = {}): string =>
  flyToml(buildPlan(profile(changes), options))

const files = (dockerfile: string | null, toml: string | null = null): PlanOptions => ({
  files: { dockerfile, flyToml: toml, packageJson: null, present: [] },
})

it('of a new app', async () => {
  await expect(textOf({}, { region: 'ams' })).toMatchFileSnapshot('snapshots/fly.toml')
})

describe('with a Dockerfile of the user', () => {
  it.each([
    ['F22: shell form', 'CMD npm run start:prod', 'node dbsetup.js npm run start:prod'],
    ['F17: words with spaces', 'CMD ["node", "x y", "$HOME"]', "node dbsetup.js node 'x y' '$HOME'"],
    ['a shell line', 'CMD a && b', "node dbsetup.js sh -c 'a && b'"],
    ['an app elsewhere', 'COPY . /srv\nCMD node /srv/x.js', 'node /srv/dbsetup.js node /srv/x.js'],
  ])('starts dbsetup.js before its command: %s', (_, lines, app) => {
    const toml = parse(textOf({}, files(`FROM node\n${lines}`)))
    expect(toml.processes).toEqual({ app })
    expect(toml.http_service.processes).toEqual(['app'])
  })

  // Fly puts the image's ENTRYPOINT before a process' command, so the whole of it would run twice.
  it.each([
    [
      'of its own',
      'FROM node\nENTRYPOINT ["./up.sh"]\nCMD ["x"]',
      'node dbsetup.js ./up.sh x',
      ['/usr/bin/env'],
    ],
    [
      'of distroless images',
      'FROM gcr.io/distroless/nodejs22-debian12\nCMD ["x.js"]',
      'dbsetup.js /nodejs/bin/node x.js',
      ['/nodejs/bin/node'],
    ],
  ])('takes an ENTRYPOINT into that command: one %s', (_, dockerfile, app, entrypoint) => {
    expect(parse(textOf({}, files(dockerfile)))).toMatchObject({
      processes: { app },
      experimental: { entrypoint },
    })
  })
})

describe('F29: a health check', () => {
  it('is made only of a route that the app has', () => {
    expect(parse(textOf()).http_service).not.toHaveProperty('checks')
    expect(parse(textOf(healthy)).http_service.checks).toMatchObject([
      { method: 'GET', path: '/healthcheck' },
    ])
  })

  it.each([
    ['', 1],
    ['[http_service]\ninternal_port = 80\n', 0],
    ['[[services]]\ninternal_port = 80\n', 0],
  ])('is not added to a service of the user: %j', (text, count) => {
    const after = written(text, {}, null, healthy)
    expect(after.match(/checks/g) ?? []).toHaveLength(count)
  })
})

describe('F27: swap', () => {
  const swapped = (text: string | null): string => {
    const plan = buildPlan(profile(), files(null, text))
    return flyToml({ ...plan, machine: { ...plan.machine, swapMb: 512 } })
  }
  it.each([
    ['a new fly.toml', ''],
    ['an existing one', '[env]\n  A = "1"\n'],
    ['one that has other figures', 'swap_size_mb = 49 # too little\n'],
  ])('is in %s', (_, text) => {
    expect(parse(mergeFlyToml(text, swapped(text)))).toMatchObject({ swap_size_mb: 512 })
  })

  it('is not there where nobody asked, and stays where it was', () => {
    expect(parse(textOf())).not.toHaveProperty('swap_size_mb')
    expect(parse(textOf({}, files(null, 'swap_size_mb = 256')))).toMatchObject({ swap_size_mb: 256 })
  })
})

it('F16: what the app’s command is changes nothing but that command', () => {
  const [one, other] = ['npm start', 'npm run start'].map((start) => textOf({ start }, files('FROM node')))
  expect(one?.replaceAll('npm start', 'npm run start')).toBe(other)
})

it('leaves a machine time for the app’s end and the final sync', () => {
  expect(parse(textOf())).toMatchObject({ kill_signal: 'SIGTERM', kill_timeout: '40s' })
})
