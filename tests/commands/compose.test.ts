import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Answers, deployed, dockerThat, emptied } from '../support/docker-answers.ts'
import { project } from '../support/project.ts'
import { logbook, seaworthy } from '../support/typed.ts'

/** Types it in an app that was launched for compose; gives what came of it and what Docker was told to do. */
const typed = async (words: string, answers: Answers, launch = '--bucket-server') => {
  const root = project(logbook)
  await seaworthy(root, `launch --yes --target compose ${launch}`.trim())
  writeFileSync(join(root, '.env.production'), '')
  const docker = dockerThat(answers)
  const { code, stdout, stderr } = await seaworthy(root, words, { run: docker.run })
  const [, error = null] = /\[(SW-[A-Z0-9-]+)\]/.exec(stderr) ?? []
  const did = docker.ran.filter((line) => !/\b(ps|config|version)\b|inspect|status\.json/.test(line))
  return { code, error, stdout, stderr, did }
}

describe('compose status', () => {
  it('says what there is', async () => {
    const { stdout } = await typed('compose status --json', deployed())
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      app: 'logbook',
      url: 'http://localhost:3000',
      container: {
        id: 'f00df00df00df00d',
        state: 'running',
        health: 'healthy',
        createdAt: '2026-11-23T09:00:00.000Z',
      },
      volume: { name: 'logbook_data' },
      bucket: true,
      backup: expect.objectContaining({ state: 'backed-up' }),
    })
  })

  it.each<[string, Answers, string, RegExp[]]>([
    [
      'nothing runs',
      deployed({ isRunning: false }),
      '',
      [/^Address: +-$/m, /stopped/, /^Backup: +not known$/m],
    ],
    ['there is nothing', emptied('starting'), '', [/^Container: +none$/m]],
    [
      'it is on another machine',
      [['context inspect', 'ssh://me@box'], ...deployed()],
      '',
      [/http:\/\/box:3000/],
    ],
    ['Caddy has the requests', deployed(), '--domain example.com', [/https:\/\/example\.com$/m]],
  ])('says when %s', async (_, answers, launch, expected) => {
    const { stdout } = await typed('compose status', answers, launch)
    for (const pattern of expected) expect(stdout).toMatch(pattern)
  })
})

describe('which machine', () => {
  const statusFrom = async (words: string, env: Record<string, string>) => {
    const root = project(logbook)
    const { stdout } = await seaworthy(root, `launch --yes --target compose ${words}`.trim())
    writeFileSync(join(root, '.env.production'), '')
    const ask = async (more: string) => {
      const { run, ran } = dockerThat([['context inspect', 'ssh://me@box\n'], ...deployed()])
      await seaworthy(root, `compose status${more}`, { run, env })
      const seen = ran.find((line) => line.includes('inspect --type')) ?? ''
      return seen.startsWith('inspect') ? 'inspect' : seen.split(' inspect')[0]
    }
    return { plan: stdout, ask }
  }

  it.each([
    ['what is typed', '--context prod', {}, ' --context other', '--context other'],
    ['what launch was told', '--context prod', {}, '', '--context prod'],
    ["Docker's own variable before that", '--context prod', { DOCKER_HOST: 'ssh://me@ci' }, '', 'inspect'],
    ['the same by name', '--context prod', { DOCKER_CONTEXT: 'ci' }, '', 'inspect'],
    ['what is typed before these', '', { DOCKER_HOST: 'ssh://me@ci' }, ' --context other', '--context other'],
    ['where Docker is, told nothing', '', {}, '', 'inspect'],
    ['where Docker is again', '--context prod --no-context', {}, '', 'inspect'],
  ])('%s', async (_, launch, env, words, expected) => {
    const { ask } = await statusFrom(launch, env as Record<string, string>)
    expect(await ask(words)).toBe(expected)
  })

  it('the plan names its context, and deploy says where that is', async () => {
    const { plan } = await statusFrom('--context prod', {})
    expect(plan).toMatch(/^Docker: +context prod +\(your choice\)$/m)
    const { stdout } = await typed(
      'deploy',
      [['context inspect', 'ssh://me@box\n'], ...deployed()],
      '--context prod',
    )
    expect(stdout).toContain('Deploying to ssh://me@box\n')
  })
})

describe('compose stop and start', () => {
  it('are the commands of Docker for it, on the machine that was named', async () => {
    expect((await typed('compose stop --context prod', deployed())).did).toEqual([
      '--context prod compose stop app',
    ])
    expect((await typed('compose start', deployed({ isRunning: false }))).did).toEqual([
      'compose up --detach --no-build --no-recreate --wait app',
    ])
  })

  it('a stop says that the last writes are not confirmed', async () => {
    const { code, stderr } = await typed('compose stop', deployed({ exitCode: 76 }))
    expect(code).toBe(76)
    expect(stderr).toContain('they are on the volume')
  })
})

describe('compose destroy', () => {
  it.each([
    ['container', deployed(), ['rm --force f00df00df00df00d']],
    ['volume', emptied('stopped'), ['volume rm logbook_data']],
    ['volume --unsaved', emptied('behind'), ['volume rm logbook_data']],
    ['bucket', emptied('stopped'), ['compose rm --stop --force bucket', 'volume rm logbook_bucket']],
  ])('%s', async (part, answers, expected) => {
    expect(await typed(`compose destroy ${part} --yes`, answers)).toMatchObject({ code: 0, did: expected })
  })

  it.each<[string, string, Answers, string, string]>([
    ['a container that is not', 'container --yes', emptied('stopped'), '', 'SW-COMPOSE-NOTHING'],
    [
      'a volume that is not',
      'volume --yes',
      emptied('x').filter(([line]) => line !== 'volume inspect'),
      '',
      'SW-COMPOSE-NOTHING',
    ],
    [
      'a volume that a container has',
      'volume --yes',
      deployed({ isRunning: false }),
      '',
      'SW-COMPOSE-IN-USE',
    ],
    ['a volume with more than the backup', 'volume --yes', emptied('behind'), '', 'SW-COMPOSE-UNSAVED'],
    [
      'a volume without a status',
      'volume --yes',
      emptied('x').filter(([line]) => !line.startsWith('status')),
      '',
      'SW-COMPOSE-UNSAVED',
    ],
    ['a bucket in use', 'bucket --yes', deployed(), '', 'SW-COMPOSE-IN-USE'],
    [
      "somebody else's bucket",
      'bucket --yes',
      emptied('stopped'),
      '--no-bucket-server',
      'SW-COMPOSE-BUCKET-S3',
    ],
    ['anything while nobody says yes', 'volume', emptied('stopped'), '', 'SW-CONFIRM'],
  ])('refuses %s', async (_, part, answers, launch, error) => {
    const launched = launch || '--bucket-server'
    expect(await typed(`compose destroy ${part}`, answers, launched)).toMatchObject({
      code: 1,
      error,
      did: [],
    })
  })

  it('of an app without a backup asks for nothing but a yes, and says what that means', async () => {
    const none = '--no-backup'
    expect((await typed('compose destroy volume', emptied('behind'), none)).stderr).toContain(
      'no backup of it',
    )
    expect((await typed('compose destroy volume --yes', emptied('behind'), none)).did).toEqual([
      'volume rm logbook_data',
    ])
  })
})

it('compose logs hands out what the app has said', async () => {
  const { stdout, did } = await typed('compose logs --follow', [['logs', 'a\nb\n'], ...deployed()])
  expect([stdout, did]).toEqual(['a\nb', ['compose logs --no-log-prefix --follow app']])
})

it('says what is missing before anything is asked of Docker', async () => {
  const root = project(logbook)
  await seaworthy(root, 'launch --yes --target compose')
  for (const words of ['status', 'stop', 'start', 'destroy container --yes'])
    expect((await seaworthy(root, `compose ${words}`)).stderr).toContain('SW-COMPOSE-NO-ENV')
})
