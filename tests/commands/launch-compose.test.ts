import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Answers, deployed, dockerThat, unfilled } from '../support/docker-answers.ts'
import { flyApp } from '../support/fly-app.ts'
import { project } from '../support/project.ts'
import { logbook as app, seaworthy } from '../support/typed.ts'

describe('launch --target compose', () => {
  it('writes compose.yaml in place of fly.toml, says what is next, and is remembered', async () => {
    const root = project(app)
    const { code, stdout } = await seaworthy(root, 'launch --yes --target compose --domain example.com')
    expect(code, stdout).toBe(0)
    expect(stdout).toMatch(/^Domain: +example\.com +\(your choice\)$/m)
    expect(stdout).toContain('cp .env.production.example .env.production')
    for (const path of ['compose.yaml', '.env.production.example', 'Dockerfile', '.gitignore'])
      expect(existsSync(join(root, path)), path).toBe(true)
    expect(existsSync(join(root, 'fly.toml'))).toBe(false)

    const before = readFileSync(join(root, 'compose.yaml'), 'utf8')
    const again = await seaworthy(root, 'launch --yes')
    expect(again.stdout).toMatch(/identical +compose\.yaml/)
    expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toBe(before)
  })

  it('has deploy go to Docker, with the secrets of production', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes --target compose')
    const { code, stderr, ran } = await seaworthy(root, 'deploy --context prod')
    expect([code, ran]).toEqual([1, []])
    expect(stderr).toContain('SW-COMPOSE-NO-ENV')
  })
})

describe('launch --now with compose', () => {
  /** Runs it for an app that needs SESSION_SECRET; `did` is what Docker was told to do. */
  const launchNow = async (words: string, answers: Answers = deployed(), root = project(flyApp)) => {
    const docker = dockerThat(answers)
    const line = `launch --yes --now --target compose ${words} --json`
    const { code, stdout, stderr } = await seaworthy(root, line, { run: docker.run })
    const did = docker.ran.filter((each) => /^compose (build|up)/.test(each))
    return { root, code, did, stderr, outcome: JSON.parse(stdout) }
  }

  it('makes the secrets, deploys, and says what came of it; the second time they are there', async () => {
    const { root, code, did, outcome } = await launchNow('--bucket-server')
    expect([code, did]).toEqual([0, ['compose build app', 'compose up --detach --remove-orphans']])
    expect(outcome).toMatchObject({
      fly: null,
      compose: {
        environment: 'made',
        release: { container: 'f00df00df00df00d', backup: { state: 'backed-up' } },
      },
    })
    const secrets = readFileSync(join(root, '.env.production'), 'utf8')
    expect(secrets).toMatch(/^SESSION_SECRET=\S{43}$/m)
    expect((await launchNow('', deployed(), root)).outcome.compose.environment).toBe('there')
    expect(readFileSync(join(root, '.env.production'), 'utf8')).toBe(secrets)
  })

  it.each<[string, string, Answers, string]>([
    ['secrets that nobody has filled in', '', [unfilled, ...deployed()], 'SW-COMPOSE-ENV-UNFILLED'],
    ['no Docker, before a file is written', '', [], 'SW-DOCKER-MISSING'],
  ])('stops at %s', async (_, words, answers, error) => {
    const { root, code, did, outcome } = await launchNow(words, answers)
    expect([code, did, outcome.error.code]).toEqual([1, [], error])
    expect(existsSync(join(root, 'compose.yaml'))).toBe(error !== 'SW-DOCKER-MISSING')
  })

  it('--no-deploy leaves the deployment', async () => {
    const { code, did, outcome } = await launchNow('--no-deploy')
    expect([code, did]).toEqual([0, []])
    expect(outcome.compose).toEqual({ environment: 'made', release: null })
  })

  it('goes to Docker where an earlier run was told so', async () => {
    const root = project(flyApp)
    await seaworthy(root, 'launch --yes --target compose --bucket-server')
    const docker = dockerThat(deployed())
    const { code, stdout } = await seaworthy(root, 'launch --yes --now --context prod', { run: docker.run })
    expect(code, stdout).toBe(0)
    expect(docker.ran.every((line) => line.startsWith('--context prod '))).toBe(true)
    expect(stdout).toContain('Backed up to p1.')
  })
})

describe('what an earlier run was told for compose', () => {
  it.each([
    ['--domain example.com', '--no-domain', /^ {2}caddy:$/m],
    ['--bucket-server', '--no-bucket-server', /^ {2}bucket:$/m],
  ])('%s is undone by %s', async (told, undone, service) => {
    const root = project(app)
    const file = async (words: string) => {
      expect((await seaworthy(root, `launch --yes ${words}`)).code).toBe(0)
      return readFileSync(join(root, 'compose.yaml'), 'utf8')
    }
    expect(await file(`--target compose ${told}`)).toMatch(service)
    expect(await file('')).toMatch(service)
    expect(await file(undone)).not.toMatch(service)
  })

  it('a domain is a name', async () => {
    const { code } = await seaworthy(project(app), 'launch --yes --target compose --domain a{b')
    expect(code).toBe(2)
  })
})

describe('detach and attach with compose', () => {
  it('say what is next with Docker, and nothing of Fly', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes --target compose --bucket-server')
    const detached = await seaworthy(root, 'detach --yes')
    expect(detached.stdout).toContain('npx seaworthy compose destroy bucket')
    const attached = await seaworthy(root, 'attach --yes')
    for (const { stdout } of [detached, attached]) {
      expect(stdout).toContain('npx seaworthy deploy')
      expect(stdout).not.toMatch(/\bfly\b/)
    }
    expect(await seaworthy(root, 'detach --yes --destroy-bucket')).toMatchObject({ code: 2 })
  })
})
