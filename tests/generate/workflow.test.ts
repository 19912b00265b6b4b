import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { generate } from '../../src/generate/generate.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { ProjectFiles } from '../../src/plan/project-files.ts'
import { profile, workspace } from '../support/profile.ts'

const path = '.github/workflows/deploy.yml'

const files = (scripts: Record<string, string>, present: string[] = ['package-lock.json']): ProjectFiles => ({
  dockerfile: null,
  flyToml: null,
  packageJson: JSON.stringify({ scripts }),
  present,
})

const textOf = (options: PlanOptions, changes = {}): string | undefined =>
  generate(buildPlan(profile(changes), options)).find((file) => file.path === path)?.contents

interface Job {
  needs?: string
  if?: string
  steps: { run?: string; uses?: string; with?: object; env?: Record<string, string> }[]
}

const jobsOf = (options: PlanOptions, changes = {}): Record<string, Job> =>
  parse(textOf({ github: true, ...options }, changes) ?? '').jobs

const secret = (name: string): string => `\${{ secrets.${name} }}`

const runsOf = (job: Job | undefined): string[] => job?.steps.flatMap(({ run }) => run ?? []) ?? []

describe('the workflow of GitHub', () => {
  it('is written on request only', () => {
    expect(textOf({})).toBeUndefined()
    expect(textOf({ github: true, remembered: {} })).toBeDefined()
    expect(textOf({ remembered: { github: true } })).toBeDefined()
    expect(textOf({ github: false, remembered: { github: true } })).toBeUndefined()
  })

  it('is not written into a member of a workspace, where GitHub does not look', () =>
    expect(textOf({ github: true }, { workspace: workspace() })).toBeUndefined())

  it('tests, then deploys main with a token of the app', () => {
    const jobs = jobsOf({ files: files({ test: 'vitest run' }) })
    expect(Object.keys(jobs)).toEqual(['test', 'deploy'])
    expect(runsOf(jobs.test)).toEqual(['npm ci', 'npx seaworthy plan', 'npm run test'])
    expect(jobs.deploy).toMatchObject({
      needs: 'test',
      if: "github.event_name == 'push' && github.ref == 'refs/heads/main'",
    })
    expect(jobs.deploy?.steps.at(-1)).toEqual({
      run: 'npx seaworthy deploy',
      env: { FLY_API_TOKEN: secret('FLY_API_TOKEN') },
    })
  })

  it('deploys the branch staging to an app of its own', () => {
    const text = textOf({ github: true, staging: 'logbook-staging' })
    expect(parse(text ?? '').on.push.branches).toEqual(['main', 'staging'])
    expect(jobsOf({ staging: 'logbook-staging' }).staging?.steps.at(-1)).toEqual({
      run: 'npx seaworthy deploy --app logbook-staging',
      env: { FLY_API_TOKEN: secret('FLY_API_TOKEN_STAGING') },
    })
  })

  it('deploys by SSH what is for compose, to the machine that a secret names', () => {
    const { deploy } = jobsOf({ target: 'compose', staging: 'logbook-staging', files: files({}) })
    expect(Object.keys(jobsOf({ target: 'compose', staging: 'logbook-staging' }))).toEqual(['test', 'deploy'])
    expect(deploy?.steps.at(-1)).toEqual({
      run: 'npx seaworthy deploy',
      env: { DOCKER_HOST: secret('DOCKER_HOST') },
    })
    expect(deploy?.steps.at(-2)).toEqual({
      run: expect.stringContaining('printenv ENV_PRODUCTION >.env.production\n'),
      env: {
        SSH_KEY: secret('SSH_KEY'),
        SSH_KNOWN_HOSTS: secret('SSH_KNOWN_HOSTS'),
        ENV_PRODUCTION: secret('ENV_PRODUCTION'),
      },
    })
  })

  it.each([
    ['that package.json names is left to it', 'package.json#packageManager', undefined],
    ['that the lock file tells is asked for', 'pnpm-lock.yaml', { version: '9.0.0' }],
  ])("a version of pnpm's %s", (_, packageManager, asked) => {
    const pnpm = { packageManager: { name: 'pnpm', version: '9.0.0' }, sources: { packageManager } }
    const setup = jobsOf({}, pnpm).test?.steps.find(({ uses }) => uses?.startsWith('pnpm/'))
    expect(setup?.with).toEqual(asked)
  })

  it.each([
    ['no tests', {}],
    ["npm's own placeholder", { test: 'echo "Error: no test specified" && exit 1' }],
  ])('with %s runs none', (_, scripts) =>
    expect(runsOf(jobsOf({ files: files(scripts) }).test)).toEqual(['npm ci', 'npx seaworthy plan']),
  )

  it.each([
    ['npm', null, 'package-lock.json', ['npm ci', 'npx seaworthy deploy']],
    ['pnpm', '9.0.0', 'pnpm-lock.yaml', ['pnpm install --frozen-lockfile', 'pnpm exec seaworthy deploy']],
    [
      'yarn',
      '1.22.21',
      'yarn.lock',
      ['corepack enable', 'yarn install --frozen-lockfile', 'yarn run seaworthy deploy'],
    ],
    [
      'yarn',
      '4.1.0',
      'yarn.lock',
      ['corepack enable', 'yarn install --immutable', 'yarn run seaworthy deploy'],
    ],
    ['bun', null, 'bun.lock', ['bun install --frozen-lockfile', 'bunx seaworthy deploy']],
  ])('installs with %s %s', (name, version, lock, runs) =>
    expect(
      runsOf(jobsOf({ files: files({}, [lock]) }, { packageManager: { name, version } }).deploy),
    ).toEqual(runs),
  )
})
