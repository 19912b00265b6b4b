import { parse } from '@decimalturn/toml-patch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dockerignore, mergeDockerignore } from '../../src/generate/dockerignore.ts'
import { flyToml } from '../../src/generate/fly-toml.ts'
import { mergeFlyToml } from '../../src/generate/merge-fly-toml.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { profile } from '../support/profile.ts'

const plan = buildPlan(profile())
const ownPlan = buildPlan(profile(), {
  files: { dockerfile: 'FROM node\nCMD ["serve"]', flyToml: null, packageJson: null, present: [] },
})

describe('F9: .dockerignore', () => {
  const wanted = dockerignore(plan)
  const databases = ['prisma/dev.db', 'prisma/dev.db-wal', 'prisma/dev.db-shm', 'prisma/dev.db-journal']

  it('leaves the database, secrets and dependencies of the laptop out', () => {
    expect(wanted.split('\n')).toEqual(
      expect.arrayContaining([...databases, '.env', '.env.*', 'node_modules', '.git', '.seaworthy']),
    )
  })

  it.each([
    ['nothing to add', wanted, wanted],
    ['what is missing', '# mine\n*.log\n', (merged: string) => merged.startsWith('# mine\n*.log\n.git\n')],
    ['a last line without its end', '*.log', (merged: string) => merged.startsWith('*.log\n.git\n')],
    ['lines that end with CRLF', '*.log\r\n', (merged: string) => !/[^\r]\n/.test(merged)],
    [
      'other spellings',
      '/node_modules/\n**/.git\n',
      (merged: string) => !/^(node_modules|\.git)$/m.test(merged),
    ],
    [
      'an exception for an env file',
      '.env\n.env.*\n!.env.production\n',
      (merged: string) => /production\n\.git\n/.test(merged),
    ],
    [
      'an exception for the database',
      `${wanted}!prisma/*\n`,
      (merged: string) => merged.trimEnd().endsWith(databases.join('\n')),
    ],
  ])('%s', (_, existing, expected) => {
    const merged = mergeDockerignore(existing, wanted)
    if (typeof expected === 'string') expect(merged).toBe(expected)
    else expect(merged).toSatisfy(expected)
  })

  it('keeps every line of the user, in order, and is done after one time', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'node_modules',
        '!node_modules',
        '.env',
        '!.env.production',
        '# x',
        '',
        '!prisma/dev.db',
        'prisma/dev.db',
      ),
      fc.stringMatching(/^[!#*a-z./]{0,12}$/),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const existing = lines.join('\n')
        const merged = mergeDockerignore(existing, wanted)
        expect(merged.startsWith(existing)).toBe(true)
        expect(mergeDockerignore(merged, wanted)).toBe(merged)
      }),
    )
  })
})

describe('fly.toml', () => {
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

  it('is given what it lacks, and nothing else changes', () => {
    const merged = mergeFlyToml(existing, flyToml(plan))
    expect(merged.split('\n')).toEqual(expect.arrayContaining(existing.split('\n')))
    expect(parse(merged)).toMatchObject({
      app: 'mine',
      build: { image: 'x' },
      kill_timeout: '40s',
      mounts: { source: 'data', destination: '/data', auto_extend_size_limit: '10GB' },
      http_service: { internal_port: 8080, force_https: false },
      vm: [{ memory: '2gb' }],
    })
  })

  it('is given the process and its services with a Dockerfile of the user', () => {
    const services = `${existing}\n[processes]\napp = "serve"\n\n[[services]]\ninternal_port = 1\n`
    expect(
      parse(mergeFlyToml(services.replace('[http_service]', '[other]'), flyToml(ownPlan))),
    ).toMatchObject({
      processes: { app: 'node dbsetup.js serve' },
      services: [{ internal_port: 1, processes: ['app'] }],
    })
  })

  it.each([
    ['of the user', '\n[mounts]\nsource = "disk"\ndestination = "/disk"\n'],
    ['that is missing', ''],
  ])('says whose the mount is where there are several processes: one %s', (_, mounts) => {
    const text = `[processes]\nworker = "node w"\nweb = "node s"\n${mounts}`
    const files = { dockerfile: 'FROM node\nCMD ["x"]', flyToml: text, packageJson: null, present: [] }
    const merged = mergeFlyToml(text, flyToml(buildPlan(profile(), { files })))
    expect(parse(merged)).toMatchObject({
      processes: { worker: 'node w', web: 'node dbsetup.js node s' },
      mounts: { processes: ['web'] },
      http_service: { processes: ['web'] },
    })
  })

  it('keeps a dbsetup process that the user has adapted', () => {
    const adapted = '[processes]\napp = "node dbsetup.js node --inspect x.js"\n'
    expect(parse(mergeFlyToml(adapted, flyToml(ownPlan))).processes).toEqual({
      app: 'node dbsetup.js node --inspect x.js',
    })
  })

  it('refuses what is no TOML', () => {
    expect(() => mergeFlyToml('app =', flyToml(plan))).toThrow(
      expect.objectContaining({ code: 'SW-FLY-TOML-INVALID' }),
    )
  })

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
  const document = fc.tuple(fc.array(pair), fc.array(section)).map(([top, sections]) => {
    const tops = unique(top)
    const names = new Set(tops.map((line) => line.split(' ')[0]))
    const titles = new Map(sections.map((lines) => [lines[0]?.slice(1, -1) ?? '', lines]))
    const kept = [...titles].filter(([name]) => !names.has(name.split('.')[0] ?? ''))
    return [...tops, ...kept.flatMap(([, lines]) => ['', ...lines]), ''].join('\n')
  })

  it.each([
    ['beside a Dockerfile of ours', plan],
    ['beside a Dockerfile of the user', ownPlan],
  ])('keeps everything foreign, comments too, and is done after one time, %s', (_, wanted) => {
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
        const merged = mergeFlyToml(text, flyToml(wanted))
        const { processes: _processes, ...foreign } = parse(text)
        expect(parse(merged)).toMatchObject(foreign)
        const comments = text.match(/# about .*/g) ?? []
        expect(merged.match(/# about .*/g) ?? []).toEqual(expect.arrayContaining(comments))
        expect(mergeFlyToml(merged, flyToml(wanted))).toBe(merged)
      }),
    )
  })
})
