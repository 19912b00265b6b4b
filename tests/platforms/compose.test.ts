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
  const compose = { domain: null, hasBucketServer: false, context: null }
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
  return { code: error?.code, why: error?.why, next: error?.next, ran }
}

/** Docker with its plugin, whose engine is there and answers so. */
const engineIs =
  (endpoint: string, answer: Partial<CommandResult>) =>
  (line: string): Partial<CommandResult> => {
    if (line.includes('context inspect')) return { stdout: `${endpoint}\n` }
    return /prod version$/.test(line) ? answer : {}
  }

describe('a machine that does not answer', () => {
  const refused = {
    code: 1,
    stderr: 'command [ssh -T] has exited with exit status 255, stderr=Host key verification failed.\r\n',
  }

  it.each<[string, Partial<CommandResult>, string, string, string]>([
    ['as SSH says', refused, 'ssh://me@box', 'Host key verification failed.', 'ssh me@box docker version'],
    [
      'on a port',
      refused,
      'ssh://me@[::1]:2222',
      'Host key verification failed.',
      'ssh -p 2222 me@::1 docker version',
    ],
    [
      'in time',
      { code: 137, isTimedOut: true },
      'ssh://box',
      'Nothing came within 20 s.',
      'ssh box docker version',
    ],
  ])('is told %s, and by which command to see it', async (_, answer, endpoint, why, next) => {
    const error = await tryWith(engineIs(endpoint, answer))
    expect(error).toMatchObject({ code: 'SW-DOCKER-UNREACHABLE', why })
    expect(error.next).toContain(`${next} must answer`)
  })
})

describe('a deployment with compose that cannot be', () => {
  it('without .env.production runs nothing', async () => {
    expect(await tryWith(() => ({}), {} as never)).toMatchObject({ code: 'SW-COMPOSE-NO-ENV', ran: [] })
  })

  it.each([
    ['no docker', () => ({ code: 127, isMissing: true }), 'SW-DOCKER-MISSING'],
    ['no such context', () => ({ code: 1, stderr: 'context not found' }), 'SW-DOCKER-NO-CONTEXT'],
    [
      'no plugin',
      (line: string) => (line.endsWith('compose version') ? { code: 1 } : {}),
      'SW-DOCKER-MISSING',
    ],
    ['no engine', engineIs('unix:///var/run/docker.sock', { code: 1 }), 'SW-DOCKER-MISSING'],
    ['no engine on another machine', engineIs('ssh://me@box', { code: 1 }), 'SW-DOCKER-UNREACHABLE'],
    [
      'a build that fails',
      (line: string) => (line.includes('build') ? { code: 17, stderr: 'npm ci failed' } : {}),
      'SW-DOCKER-FAILED',
    ],
    [
      'no container',
      (line: string) => ({ code: / inspect --type/.test(line) ? 1 : 0 }),
      'SW-COMPOSE-UNHEALTHY',
    ],
  ])('%s', async (_name, answer, code) => {
    const { ran, ...outcome } = await tryWith(answer)
    expect(outcome.code).toBe(code)
    expect(ran.every((line) => line.startsWith('--context prod '))).toBe(true)
  })
})
