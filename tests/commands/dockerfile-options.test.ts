import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDockerfileOptions, applyDockerfileOptions } from '../../src/commands/dockerfile-options.ts'
import { type DockerfileOptions, stages } from '../../src/plan/dockerfile-options.ts'
import { project } from '../support/project.ts'
import { logbook as app, seaworthy } from '../support/typed.ts'

/** What package.json would have after these words. */
const optionsAfter = (words: string[], saved: DockerfileOptions | null = null): DockerfileOptions | null => {
  const command = addDockerfileOptions(new Command().exitOverride().argument('[dir]'))
  return applyDockerfileOptions(saved, command.parse(words, { from: 'user' }).opts())
}

describe('every option of dockerfile-node', () => {
  it.each<[string, DockerfileOptions]>([
    ['--alpine', { alpine: true }],
    ['--build=make', { build: 'make' }],
    ['--bun', { bun: true }],
    ['--cmd=serve', { cmd: 'serve' }],
    ['--cache', { cache: true }],
    ['--defer-build', { deferBuild: true }],
    ['--dev', { dev: true }],
    ['--distroless', { distroless: true }],
    ['--entrypoint=x', { entrypoint: 'x' }],
    ['--ignore-scripts', { ignoreScripts: true }],
    ['-i', { ignoreScripts: true }],
    ['--legacy-peer-deps', { legacyPeerDeps: true }],
    ['--litefs', { litefs: true }],
    ['--link', { link: true }],
    ['--nginx-root=public', { nginxRoot: 'public' }],
    ['--nginxRoot=public', { nginxRoot: 'public' }],
    ['--swap=1G', { swap: '1G' }],
    ['-s 512M', { swap: '512M' }],
    ['--windows', { windows: true }],
    ['-w', { windows: true }],
    ['--add vim procps', { packages: { deploy: ['vim', 'procps'] } }],
    ['--add=vim --add=procps', { packages: { deploy: ['vim', 'procps'] } }],
    ['--add-base vim', { packages: { base: ['vim'] } }],
    ['--add-build vim --add-deploy curl', { packages: { build: ['vim'], deploy: ['curl'] } }],
    ['--env=A:1', { envs: { deploy: { A: '1' } } }],
    ['--env-build=URL:http://x:1/?a=b', { envs: { build: { URL: 'http://x:1/?a=b' } } }],
    ['--arg=A:1 --arg-deploy=B:2', { args: { base: { A: '1' }, deploy: { B: '2' } } }],
    ['--arg=FOO:bar --env-base=BAZ:qux', { args: { base: { FOO: 'bar' } }, envs: { base: { BAZ: 'qux' } } }],
    ['--instructions=a.txt', { instructions: { deploy: 'a.txt' } }],
    ['--instructions-base=b --instructions-build=c', { instructions: { base: 'b', build: 'c' } }],
    ['--mount-secret TOKEN KEY', { secrets: ['TOKEN', 'KEY'] }],
  ])('%s', (words, expected) => expect(optionsAfter(words.split(' '))).toEqual(expected))

  it.each<[string, DockerfileOptions, DockerfileOptions]>([
    ['--no-alpine', { alpine: true, link: true }, { link: true }],
    ['--no-litefs', { litefs: true }, {}],
    ['--no-defer-build', { deferBuild: true }, {}],
    ['--cmd=', { cmd: 'x' }, {}],
    ['--remove vim', { packages: { deploy: ['vim', 'curl'] } }, { packages: { deploy: ['curl'] } }],
    ['--remove-base vim', { packages: { base: ['vim'] } }, {}],
    ['--remove-build absent', { packages: { build: ['vim'] } }, { packages: { build: ['vim'] } }],
    ['--env-build=A:', { envs: { build: { A: '1', B: '2' } } }, { envs: { build: { B: '2' } } }],
    ['--arg=A', { args: { base: { A: '1' } } }, {}],
    ['--instructions=', { instructions: { deploy: 'x' } }, {}],
    ['--unmount-secret A', { secrets: ['A', 'B'] }, { secrets: ['B'] }],
  ])('%s undoes', (words, saved, expected) => expect(optionsAfter(words.split(' '), saved)).toEqual(expected))

  it('are none when none was typed', () => expect(optionsAfter([])).toBeNull())

  const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/)
  const table = fc.dictionary(name, fc.stringMatching(/^[ -~]{1,9}$/), { maxKeys: 3, noNullPrototype: true })
  const perStage = fc.record({ base: table, build: table, deploy: table })

  it('F20: variables and arguments of every stage come back as they were given', () => {
    fc.assert(
      fc.property(perStage, perStage, (envs, args) => {
        const words = stages.flatMap((stage) => [
          ...Object.entries(envs[stage]).map(([key, value]) => `--env-${stage}=${key}:${value}`),
          ...Object.entries(args[stage]).map(([key, value]) => `--arg-${stage}=${key}:${value}`),
        ])
        const saved = optionsAfter(words) ?? {}
        for (const stage of stages) {
          expect(saved.envs?.[stage] ?? {}).toEqual(envs[stage])
          expect(saved.args?.[stage] ?? {}).toEqual(args[stage])
        }
        const undone = words.map((word) => `${word.slice(0, word.indexOf(':'))}:`)
        expect(optionsAfter(undone, saved) ?? {}).toEqual({})
      }),
    )
  })
})

const savedIn = (root: string): unknown =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dockerfile
const dockerfileIn = (root: string): string => readFileSync(join(root, 'Dockerfile'), 'utf8')

describe('between runs', () => {
  it.each([
    ['dockerfile', ['dockerfile', '--yes', '--alpine', '--port', '8080', '--env', 'A:1']],
    ['launch --', ['launch', '--yes', '--', '--alpine', '--port=8080', '--env=A:1']],
    ['launch itself', ['launch', '.', '--alpine', '--port=8080', '--env=A:1', '--yes']],
    ['--skip', ['launch', '--', '--skip', '--alpine', '--port=8080', '--env=A:1']],
  ])('options of %s are kept in package.json and used again', async (_, words) => {
    const root = project(app)
    expect((await seaworthy(root, words)).stderr).toBe('')
    expect(savedIn(root)).toEqual({ alpine: true, port: 8080, envs: { deploy: { A: '1' } } })
    const first = dockerfileIn(root)
    expect(first).toMatch(/-alpine AS base[\s\S]*ENV A="1"[\s\S]*EXPOSE 8080/)
    expect((await seaworthy(root, 'dockerfile --yes')).stdout).not.toMatch(/(create|update|merge) /)
    await seaworthy(root, 'dockerfile --yes --no-alpine')
    expect(dockerfileIn(root)).toContain('-slim AS base')
    expect(savedIn(root)).toEqual({ port: 8080, envs: { deploy: { A: '1' } } })
  })

  it('those that dockerfile-node has left there are used, and the rest of package.json stays as it is', async () => {
    const root = project(app)
    const text = `{\n\t"name": "x",\r\n\t"dockerfile": {"link": true, "theirs": [1]},\n\t"scripts": {"start":"node x"},\n\t"dependencies":{"@prisma/client":"6"}}`
    writeFileSync(join(root, 'package.json'), text)
    await seaworthy(root, 'dockerfile --yes')
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe(text)
    expect(dockerfileIn(root)).toContain('COPY --link . .')
    await seaworthy(root, 'dockerfile --yes --no-link --cache')
    expect(savedIn(root)).toEqual({ theirs: [1], cache: true })
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain('\t"scripts": {"start":"node x"},\n')
  })

  it('F21: --cache alone gives cache mounts', async () => {
    const root = project(app)
    await seaworthy(root, 'dockerfile --yes --cache')
    expect(dockerfileIn(root)).toContain('RUN --mount=type=cache,target=/root/.npm')
  })

  it('the last option takes the key along', async () => {
    const root = project(app)
    const before = readFileSync(join(root, 'package.json'), 'utf8')
    await seaworthy(root, 'dockerfile --yes --link')
    await seaworthy(root, 'dockerfile --yes --no-link')
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe(before)
  })

  it('--no-litestream is --no-backup, and --litestream takes it back', async () => {
    const root = project(app)
    const backupOf = async (...words: string[]) =>
      JSON.parse((await seaworthy(root, [...words, '--json'])).stdout).plan.backup
    expect(await backupOf('dockerfile', '--yes', '--no-litestream')).toBeNull()
    expect(await backupOf('dockerfile', '--yes', '--litestream')).toMatchObject({ litestream: '0.3.13' })
    expect(savedIn(root)).toEqual({ litestream: true })
  })

  it('lines of a file come into the Dockerfile', async () => {
    const root = project({ ...app, 'more.lines': 'RUN echo more\n' })
    await seaworthy(root, 'dockerfile --yes --instructions-build=more.lines')
    expect(dockerfileIn(root)).toContain('\nRUN echo more\n')
  })

  it.each([
    [['--instructions=absent'], 2, 'SW-USAGE'],
    [['--swap=much'], 2, 'SW-USAGE'],
    [['--litefs'], 1, 'SW-OPTION-LITEFS'],
    [['--nginx-root=public'], 1, 'SW-OPTION-NGINX'],
  ])('%j is refused, and nothing is written', async (words, code, error) => {
    const root = project(app)
    const result = await seaworthy(root, ['dockerfile', '--yes', '--json', ...words])
    expect([result.code, JSON.parse(result.stdout).error.code]).toEqual([code, error])
    expect(savedIn(root)).toBeUndefined()
  })

  it('says that they change nothing in a Dockerfile of the user', async () => {
    const root = project({ ...app, Dockerfile: 'FROM node\nCMD ["node", "x"]\n' })
    const { stderr } = await seaworthy(root, 'dockerfile --yes --alpine')
    expect(stderr).toContain('left alone')
    expect(dockerfileIn(root)).toBe('FROM node\nCMD ["node", "x"]\n')
  })
})

it('F26: --swap is in the plan in megabytes', async () => {
  const { stdout } = await seaworthy(project(app), 'plan --json -- --swap=512MB')
  expect(JSON.parse(stdout).machine.swapMb).toBe(512)
})
