import { describe, expect, it } from 'vitest'
import type { CommandResult } from '../../src/command.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { deploy } from '../../src/platforms/compose/deploy.ts'
import { profile } from '../support/profile.ts'
import { project } from '../support/project.ts'

const result = { code: 0, signal: null, stdout: '', stderr: '', isTimedOut: false, isMissing: false }

/** Deploys with a Docker that answers each command so, and gives the error's code and the commands. */
const tryWith = async (
  answer: (line: string) => Partial<CommandResult>,
  files = { '.env.production': '' },
) => {
  const ran: string[] = []
  const plan = buildPlan(profile(), { target: 'compose' })
  const compose = { domain: null, hasBucketServer: false }
  const root = project({ 'package.json': {}, ...files })
  const run = async ({ args }: { args: readonly string[] }): Promise<CommandResult> => {
    ran.push(args.join(' '))
    return { ...result, ...answer(args.join(' ')) }
  }
  const error = await deploy({ run, root, context: 'prod' }, plan, compose, {
    patienceMs: 1,
    say: () => {},
  }).then(
    () => null,
    (thrown) => thrown,
  )
  return { code: error?.code, why: error?.why, ran }
}

describe('a deployment with compose that cannot be', () => {
  it('without .env.production runs nothing', async () => {
    expect(await tryWith(() => ({}), {} as never)).toMatchObject({ code: 'SW-COMPOSE-NO-ENV', ran: [] })
  })

  it.each([
    ['no docker', () => ({ code: 127, isMissing: true }), 'SW-DOCKER-MISSING'],
    ['no engine', () => ({ code: 1, stderr: 'Cannot connect' }), 'SW-DOCKER-MISSING'],
    [
      'a build that fails',
      (line: string) => (line.includes('build') ? { code: 17, stderr: 'npm ci failed' } : {}),
      'SW-DOCKER-FAILED',
    ],
    ['no container', (line: string) => ({ code: line.includes('inspect') ? 1 : 0 }), 'SW-COMPOSE-UNHEALTHY'],
  ])('%s', async (_name, answer, code) => {
    const { ran, ...outcome } = await tryWith(answer)
    expect(outcome.code).toBe(code)
    expect(ran.every((line) => line.startsWith('--context prod '))).toBe(true)
  })
})
