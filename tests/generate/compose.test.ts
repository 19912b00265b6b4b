import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { composeYaml, mergeCompose } from '../../src/generate/compose.ts'
import { generate } from '../../src/generate/generate.ts'
import { compare } from '../../src/generate/write.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { framework, profile, workspace } from '../support/profile.ts'
import { project } from '../support/project.ts'

const planFor = (options: PlanOptions = {}, changes = {}) =>
  buildPlan(profile(changes), { target: 'compose', ...options })

const yamlFor = (options: PlanOptions = {}, changes = {}): string => {
  const plan = planFor(options, changes)
  if (plan.compose === null) throw new Error('no compose')
  return composeYaml(plan, plan.compose)
}

/** Keys that https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json has, of those that we may write. */
const known: Record<string, string[]> = {
  file: ['name', 'services', 'volumes', 'configs'],
  service: [
    ...['build', 'image', 'command', 'entrypoint', 'init', 'restart', 'stop_grace_period', 'env_file'],
    ...['environment', 'ports', 'expose', 'volumes', 'healthcheck', 'depends_on', 'configs'],
  ],
  build: ['context', 'dockerfile'],
  healthcheck: ['test', 'interval', 'timeout', 'retries', 'start_period'],
}

describe('compose.yaml', () => {
  const everything = { domain: 'example.com', bucketServer: true }

  it.each([
    ['plain', {}, {}],
    ['with everything', everything, {}],
    ['in a workspace', everything, { workspace: workspace() }],
  ])('has keys of the specification alone: %s', (_name, options, changes) => {
    const file = parse(yamlFor(options, changes))
    const strange = (kind: string, table: object) =>
      Object.keys(table).filter((key) => !known[kind]?.includes(key))
    expect(strange('file', file)).toEqual([])
    for (const service of Object.values<Record<string, object>>(file.services)) {
      expect(strange('service', service)).toEqual([])
      if (typeof service.build === 'object') expect(strange('build', service.build)).toEqual([])
      if (service.healthcheck) expect(strange('healthcheck', service.healthcheck)).toEqual([])
    }
  })

  it('has an init, time to stop, a health check, the volume and the secrets', () => {
    const { services } = parse(yamlFor({}, { framework: framework({ health: '/up' }) }))
    expect(services.app).toMatchObject({
      build: '.',
      init: true,
      stop_grace_period: '40s',
      env_file: '.env.production',
      environment: { PORT: '3000' },
      ports: ['3000:3000'],
      volumes: ['data:/data'],
    })
    expect(services.app.healthcheck.test.join(' ')).toMatch(/^CMD node -e fetch\(.*"\/up".*r\.ok/)
    expect(Object.keys(services)).toEqual(['app'])
  })

  it('with a domain lets releases follow each other behind Caddy', () => {
    const { services, configs } = parse(yamlFor({ domain: 'example.com' }))
    expect(services.app.environment.SEAWORTHY_HANDOVER).toBe('1')
    expect(services.app.ports).toBeUndefined()
    expect(configs.caddyfile.content).toMatch(
      /^example\.com \{\n.*\n\treverse_proxy \{file\.release} app:3000 /,
    )
    expect(configs.release.content).toBe('app:3000')
  })

  it('starts dbsetup before the command of a Dockerfile of the user’s own', () => {
    const dockerfile = 'FROM node:22\nENTRYPOINT ["tini", "--"]\nCMD ["node", "server.js"]\n'
    const files = { dockerfile, flyToml: null, packageJson: null, present: [] }
    expect(parse(yamlFor({ files })).services.app.entrypoint).toEqual([
      ...['node', 'dbsetup.js', 'tini', '--', 'node', 'server.js'],
    ])
  })

  it('is built from the root of a workspace', () => {
    const { services } = parse(yamlFor({}, { workspace: workspace() }))
    expect(services.app.build).toEqual({ context: '..', dockerfile: 'logbook/Dockerfile' })
  })

  it('of the user’s keeps all that is there and gets what is missing', () => {
    const own = `# ours
services:
  app:
    build: {context: ., target: prod} # two stages
    environment:
      PORT: "8080"
  redis:
    image: "redis:7"   # cache
`
    const merged = mergeCompose(own, yamlFor({ domain: 'example.com' })) ?? ''
    const file = parse(merged)
    for (const line of own.split('\n')) expect(merged).toContain(line)
    expect(file.services.app).toMatchObject({
      build: { target: 'prod' },
      init: true,
      stop_grace_period: '40s',
    })
    expect(file.services.app.environment).toEqual({ PORT: '8080', SEAWORTHY_HANDOVER: '1' })
    expect(file.services.caddy.image).toBe('caddy:2.11')
    expect(mergeCompose(merged, yamlFor({ domain: 'example.com' }))).toBe(merged)
  })

  it('of the user’s may have its variables in a list', () => {
    const own = 'services:\n  app:\n    environment:\n      - PORT=8080\n'
    const merged = mergeCompose(own, yamlFor({ domain: 'example.com' })) ?? ''
    expect(parse(merged).services.app.environment).toEqual(['PORT=8080', 'SEAWORTHY_HANDOVER=1'])
    expect(mergeCompose(merged, yamlFor({ domain: 'example.com' }))).toBe(merged)
  })

  it('that is no YAML is left to the user', () => {
    expect(mergeCompose('services: [', yamlFor())).toBeNull()
  })
})

describe('the files of compose', () => {
  it('are compose.yaml and an example of the secrets in place of fly.toml, and git is told of the secrets', () => {
    const files = generate(planFor({ bucketServer: true }))
    const paths = files.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['compose.yaml', '.env.production.example', '.gitignore']))
    expect(paths).not.toContain('fly.toml')
    expect(files.find(({ path }) => path === '.env.production.example')?.contents).toContain(
      'BUCKET_NAME=app',
    )
  })

  it('keep the lines of a .gitignore', () => {
    const root = project({ '.gitignore': 'node_modules\n' })
    const change = compare(root, generate(planFor())).find(({ path }) => path === '.gitignore')
    expect(change).toMatchObject({ action: 'merge', after: 'node_modules\n.env.production\n' })
  })
})
