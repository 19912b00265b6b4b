import { parse } from '@decimalturn/toml-patch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanOptions } from '../../src/plan/options.ts'
import { existing, merges, ownDockerfile, written } from '../support/fly-tomls.ts'
import { flyctlFaults } from '../support/flyctl-rules.ts'

describe('F41: an existing fly.toml', () => {
  it('is given what it lacks, the mount too, and nothing else changes', () => {
    const after = written(existing)
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
    expect(parse(written(services, {}, ownDockerfile))).toMatchObject({
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
    const after = written(`[processes]\nworker = "node w"\nweb = "node s"\n${mounts}`, {}, ownDockerfile)
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
    expect(parse(written(text)).mounts).toEqual([
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
      expect(parse(written(`[processes]\napp = "${app}"\n`, {}, ownDockerfile)).processes).toEqual({ app })
    },
  )

  it('refuses what is no TOML', () => {
    expect(() => written('app =')).toThrow(expect.objectContaining({ code: 'SW-FLY-TOML-INVALID' }))
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
    expect(written(written(text), options)).toBe(written(text).replace(before, after))
  })

  it('--port changes service and variable', () => {
    const after = written(existing.replace('# theirs', ''), { port: 3000 })
    expect(parse(after)).toMatchObject({ env: { PORT: '3000' }, http_service: { internal_port: 3000 } })
    expect(parse(written(text, { port: 3000 }))).toMatchObject({ env: { PORT: '3000' } })
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
    expect(parse(written(`[processes]\napp = "a"\nworker = "w"\n${before}`, options))).toMatchObject(after)
  })
})

it('keeps line ends and the lack of the last one', () => {
  const after = written('app = "x"\r\n\r\n[env]\r\n    A = "1" # c')
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
          const after = written(text, {}, own)
          const { processes: _processes, ...foreign } = parse(text)
          expect(parse(after)).toMatchObject(foreign)
          const comments = text.match(/# about [a-z_]+/g) ?? []
          expect(after.match(/# about [a-z_]+/g) ?? []).toEqual(expect.arrayContaining(comments))
          expect(after.includes('\r\n') && /[^\r]\n/.test(after)).toBe(false)
          expect(written(after, {}, own)).toBe(after)
        }),
      )
    },
  )
})

it.each(merges)('flyctl takes %s', (_, ...merge) => {
  expect(flyctlFaults(written(...merge))).toEqual([])
})

describe('what flyctl knows by two names', () => {
  it.each([
    ['[mount]', { mount: { source: 'disk', auto_extend_size_limit: '10GB' } }],
    ['[[mount]]', { mount: [{ source: 'disk', auto_extend_size_limit: '10GB' }] }],
  ])('keeps the older: %s', (title, expected) => {
    const after = parse(written(`${title}\nsource = "disk"\ndestination = "/disk"\n`))
    expect(after).toMatchObject(expected)
    expect(after).not.toHaveProperty('mounts')
  })

  it.each([
    ['[compute]', { compute: { size: 'shared-cpu-1x', memory: '512mb' } }],
    ['[[computes]]', { computes: [{ size: 'shared-cpu-1x', memory: '512mb' }] }],
  ])('and the figures that are asked for stand in it: %s', (title, expected) => {
    const after = parse(written(`${title}\nsize = "shared-cpu-1x"\n`, { memory: 512 }))
    expect(after).toMatchObject(expected)
    expect(after).not.toHaveProperty('vm')
  })

  it('starts dbsetup.js in a list of processes too', () => {
    const list =
      '[[processes]]\nname = "w"\ncommand = "node w"\n\n[[processes]]\nname = "web" # serves\ncommand = "node s"\n'
    const after = written(list, {}, ownDockerfile)
    expect(after).toContain('name = "web" # serves\ncommand = "node dbsetup.js node s"')
    expect(parse(after)).toMatchObject({
      processes: [{ name: 'w', command: 'node w' }, { name: 'web' }],
      http_service: { processes: ['web'] },
    })
  })
})

it.each([
  ['one process', '[processes]\napp = "npm start"\n', 'app'],
  ['several', '[processes]\nworker = "node w"\nweb = "npm start"\n', 'web'],
])('a new service says whose it is beside [processes] of %s', (_, text, group) => {
  expect(parse(written(text, {}, null, { prisma: null })).http_service.processes).toEqual([group])
})
