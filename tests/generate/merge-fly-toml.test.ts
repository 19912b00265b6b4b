import { parse } from '@decimalturn/toml-patch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flyToml } from '../../src/generate/fly-toml.ts'
import { mergeFlyToml } from '../../src/generate/merge-fly-toml.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { flyctlFaults } from '../support/flyctl-rules.ts'
import { profile } from '../support/profile.ts'

const ownDockerfile = 'FROM node\nCMD ["serve"]'

/** A fly.toml after a run with those options, beside a Dockerfile of ours or of the user. */
const merged = (text: string, options: PlanOptions = {}, dockerfile: string | null = null): string => {
  const files = { dockerfile, flyToml: text, packageJson: null, present: [] }
  return mergeFlyToml(text, flyToml(buildPlan(profile(), { files, ...options })))
}

const existing = `# my app
app = 'mine'   # a name

[build]
  image = "x"

[http_service]
    internal_port = 8080 # theirs
    force_https = false

[[vm]]
  memory = '2gb'
`

describe('F41: an existing fly.toml', () => {
  it('is given what it lacks, the mount too, and nothing else changes', () => {
    const after = merged(existing)
    expect(after.split('\n')).toEqual(expect.arrayContaining(existing.split('\n')))
    expect(parse(after)).toMatchObject({
      app: 'mine',
      build: { image: 'x' },
      kill_timeout: '40s',
      env: { PORT: '8080' },
      mounts: { source: 'data', destination: '/data', auto_extend_size_limit: '10GB' },
      http_service: { internal_port: 8080, force_https: false },
      vm: [{ memory: '2gb' }],
    })
  })

  it('is given the process and its services with a Dockerfile of the user', () => {
    const services = `${existing.replace('[http_service]', '[[services]]')}\n[processes]\napp = "serve"\n\n[[services]]\ninternal_port = 1\n`
    expect(parse(merged(services, {}, ownDockerfile))).toMatchObject({
      processes: { app: 'node dbsetup.js serve' },
      services: [
        { internal_port: 8080, processes: ['app'] },
        { internal_port: 1, processes: ['app'] },
      ],
    })
  })

  it.each([
    ['[mounts] of the user', '\n[mounts]\nsource = "disk"\ndestination = "/disk"\n', { processes: ['web'] }],
    [
      '[[mounts]] of the user',
      '\n[[mounts]]\nsource = "disk"\ndestination = "/disk"\n',
      [{ processes: ['web'] }],
    ],
    ['none', '', { processes: ['web'] }],
  ])('says whose the mount is where there are several processes: %s', (_, mounts, expected) => {
    const after = merged(`[processes]\nworker = "node w"\nweb = "node s"\n${mounts}`, {}, ownDockerfile)
    expect(parse(after)).toMatchObject({
      processes: { worker: 'node w', web: 'node dbsetup.js node s' },
      mounts: expected,
      http_service: { processes: ['web'] },
    })
    expect(flyctlFaults(after)).toEqual([])
  })

  it('keeps how a mount grows, and one that belongs to another process', () => {
    const text = `[processes]
app = "serve"
worker = "node w"
[[mounts]]
source = "other"
destination = "/other"
processes = ["worker"]
[[mounts]]
source = "disk"
destination = "/disk"
auto_extend_size_threshold = 90
auto_extend_size_increment = "2GB"
`
    expect(parse(merged(text)).mounts).toEqual([
      { source: 'other', destination: '/other', processes: ['worker'] },
      {
        source: 'disk',
        destination: '/disk',
        auto_extend_size_threshold: 90,
        auto_extend_size_increment: '2GB',
        processes: ['app'],
      },
    ])
  })

  it.each(['node dbsetup.js node --inspect x.js', 'node /srv/dbsetup.js npm start'])(
    'F16: keeps a process that the user has adapted: %s',
    (app) => {
      expect(parse(merged(`[processes]\napp = "${app}"\n`, {}, ownDockerfile)).processes).toEqual({ app })
    },
  )

  it('refuses what is no TOML', () => {
    expect(() => merged('app =')).toThrow(expect.objectContaining({ code: 'SW-FLY-TOML-INVALID' }))
  })
})

describe('what was asked for', () => {
  const text = `app = "a"  # name
primary_region = 'ams'
swap_size_mb = 256

[env]
  PORT = "8080" # both

[[services]]
  internal_port = 9090 # metrics
  processes = ["worker"]

[[services]]
  internal_port = 9090

[[vm]]
  size = "shared-cpu-2x"
`

  it.each<[PlanOptions, string, string]>([
    [{ name: 'b' }, 'app = "a"  # name', 'app = "b"  # name'],
    [{ region: 'fra' }, "primary_region = 'ams'", "primary_region = 'fra'"],
  ])('%j changes that line of fly.toml alone', (options, before, after) => {
    expect(merged(merged(text), options)).toBe(merged(text).replace(before, after))
  })

  it('--port changes service and variable', () => {
    const after = merged(existing.replace('# theirs', ''), { port: 3000 })
    expect(parse(after)).toMatchObject({ env: { PORT: '3000' }, http_service: { internal_port: 3000 } })
    expect(parse(merged(text, { port: 3000 }))).toMatchObject({ env: { PORT: '3000' } })
  })

  it.each([
    ['--memory', { memory: 512 }, '[[vm]]\nmemory = "2gb"\n', { vm: [{ memory: '512mb' }] }],
    [
      '--memory for one process',
      { memory: 512 },
      '[[vm]]\nmemory_mb = 300\nprocesses = ["worker"]\n[[vm]]\nmemory_mb = 300\n',
      { vm: [{ memory_mb: 300 }, { memory: '512mb' }] },
    ],
    [
      '--memory where the size said it',
      { memory: 2048 },
      '[vm]\nsize = "shared-cpu-2x"\n',
      { vm: { size: 'shared-cpu-2x', memory: '2048mb' } },
    ],
    ['the memory of a size', {}, '[vm]\nsize = "performance-2x"\n', { vm: { size: 'performance-2x' } }],
  ])('%s', (_, options, before, after) => {
    expect(parse(merged(`[processes]\napp = "a"\nworker = "w"\n${before}`, options))).toMatchObject(after)
  })
})

it('keeps line ends and the lack of the last one', () => {
  const after = merged('app = "x"\r\n\r\n[env]\r\n    A = "1" # c')
  expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  expect(after).toContain('\r\n    A = "1" # c\r\n    PORT = "3000"')
})

describe('any fly.toml', () => {
  const key = fc.stringMatching(/^[a-z][a-z_]{0,8}$/)
  const value = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[ -~]{0,12}$/))
  const pair = fc
    .tuple(key, value)
    .map(([name, content]) => `${name} = ${JSON.stringify(content)} # about ${name}`)
  const unique = (lines: string[]) => [...new Map(lines.map((line) => [line.split(' ')[0], line])).values()]
  const section = fc
    .tuple(
      fc.oneof(key, fc.constantFrom('env', 'mounts', 'http_service', 'deploy', 'http_service.concurrency')),
      fc.array(pair),
    )
    .map(([name, lines]) => [`[${name}]`, ...unique(lines).map((line) => `    ${line}`)])
  const document = fc
    .tuple(fc.array(pair), fc.array(section), fc.constantFrom('\n', '\r\n'))
    .map(([top, sections, newLine]) => {
      const tops = unique(top)
      const names = new Set(tops.map((line) => line.split(' ')[0]))
      const titles = new Map(sections.map((lines) => [lines[0]?.slice(1, -1) ?? '', lines]))
      const kept = [...titles].filter(([name]) => !names.has(name.split('.')[0] ?? ''))
      return [...tops, ...kept.flatMap(([, lines]) => ['', ...lines]), ''].join(newLine)
    })

  it.each([
    ['ours', null],
    ['the user', ownDockerfile],
  ])(
    'keeps everything foreign, comments too, and is done after one time, beside a Dockerfile of %s',
    (_, own) => {
      fc.assert(
        fc.property(document, (text) => {
          const isToml = (): boolean => {
            try {
              return Boolean(parse(text))
            } catch {
              return false
            }
          }
          fc.pre(isToml())
          const after = merged(text, {}, own)
          const { processes: _processes, ...foreign } = parse(text)
          expect(parse(after)).toMatchObject(foreign)
          const comments = text.match(/# about [a-z_]+/g) ?? []
          expect(after.match(/# about [a-z_]+/g) ?? []).toEqual(expect.arrayContaining(comments))
          expect(after.includes('\r\n') && /[^\r]\n/.test(after)).toBe(false)
          expect(merged(after, {}, own)).toBe(after)
        }),
      )
    },
  )
})

describe('flyctl takes', () => {
  const groups =
    '[processes]\nweb = "npm start"\nworker = "node w"\n\n[http_service]\ninternal_port = 80\nprocesses = ["web"]\n'
  it.each<[string, string | null, PlanOptions, string | null]>([
    ['a new one', null, { region: 'ams' }, null],
    ['one with a Dockerfile of the user', null, {}, ownDockerfile],
    ['one with an ENTRYPOINT', null, {}, 'FROM node\nENTRYPOINT ["a b"]\nCMD x "y z" && w'],
    ['one with several processes', groups, {}, null],
    ['one with several processes and a Dockerfile of the user', groups, {}, ownDockerfile],
    ['an existing one', existing, {}, ownDockerfile],
    ['an existing one without anything', '', { port: 80 }, null],
  ])('%s', (_, text, options, dockerfile) => {
    const files = { dockerfile, flyToml: text, packageJson: null, present: [] }
    const wanted = flyToml(buildPlan(profile(), { files, ...options }))
    expect(flyctlFaults(text === null ? wanted : mergeFlyToml(text, wanted))).toEqual([])
  })
})
