import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { directCommand, lineCommand } from '../../src/boot/app-command.ts'
import { project } from '../support/project.ts'

const app = (scripts: Record<string, string>) =>
  project({
    'package.json': { scripts },
    'node_modules/.bin/next': '#!/usr/bin/env node\nconsole.log(1)\n',
    'node_modules/.bin/native': '\x7fELF',
  })

const direct = (words: string[], scripts: Record<string, string> = {}) => {
  const root = app(scripts)
  const { file, args } = directCommand(words, root)
  return [file, ...args].map((word) => word.replace(root, '.').replace(process.execPath, 'NODE'))
}

describe('directCommand', () => {
  it.each<[string, string[], Record<string, string>, string[]]>([
    ['npm start', ['npm', 'start'], { start: 'node server.js' }, ['NODE', 'server.js']],
    ['npm run', ['npm', 'run', 'web'], { web: 'node a.js --port 1' }, ['NODE', 'a.js', '--port', '1']],
    ['yarn start', ['yarn', 'start'], { start: 'node a.js' }, ['NODE', 'a.js']],
    ['pnpm run', ['pnpm', 'run', 'web'], { web: 'node a.js' }, ['NODE', 'a.js']],
    ['quotes', ['npm', 'start'], { start: 'node "a b.js"' }, ['NODE', 'a b.js']],
    [
      'a local program',
      ['npm', 'start'],
      { start: 'next start' },
      ['NODE', './node_modules/.bin/next', 'start'],
    ],
    ['a local program, as typed', ['next', 'start'], {}, ['NODE', './node_modules/.bin/next', 'start']],
    ['a local program that is no script', ['native', 'x'], {}, ['native', 'x']],
    ['a program', ['caddy', 'run'], {}, ['caddy', 'run']],
  ])('starts %s directly', (_, words, scripts, started) => {
    expect(direct(words, scripts)).toEqual(started)
  })

  it.each<[string, string[], Record<string, string>]>([
    ['an unknown script', ['npm', 'start'], {}],
    ['arguments behind it', ['npm', 'run', 'start', '--', '--port', '1'], { start: 'node a.js' }],
    ['flags of npm', ['npm', '--workspace', 'web', 'start'], { start: 'node a.js' }],
    ['a pre script', ['npm', 'start'], { start: 'node a.js', prestart: 'x' }],
    ['a post script', ['npm', 'run', 'web'], { web: 'node a.js', postweb: 'x' }],
    ['two commands', ['npm', 'start'], { start: 'node a.js && node b.js' }],
    ['a pipe', ['npm', 'start'], { start: 'node a.js | pino-pretty' }],
    ['a variable', ['npm', 'start'], { start: 'node a.js --port $PORT' }],
    ['a variable before it', ['npm', 'start'], { start: 'NODE_ENV=production node a.js' }],
    ['a pattern', ['npm', 'start'], { start: 'node *.js' }],
    ['braces', ['npm', 'start'], { start: 'node {a,b}.js' }],
    ['lines', ['npm', 'start'], { start: 'node a.js\nnode b.js' }],
    ['a redirection', ['npm', 'start'], { start: 'node a.js > log' }],
    ['exec', ['npm', 'start'], { start: 'exec node a.js' }],
    ['a script that is sourced', ['npm', 'start'], { start: '. ./env.sh' }],
  ])('leaves to npm what is not that simple: %s', (_, words, scripts) => {
    expect(direct(words, scripts)).toEqual(words)
  })

  it('F23: finds the programs of a workspace in its root', () => {
    const root = app({ start: 'next start' })
    const member = join(root, 'apps/web')
    const { file, args, cwd } = directCommand(['next', 'start'], member)
    expect([file, ...args, cwd]).toEqual([
      process.execPath,
      join(root, 'node_modules/.bin/next'),
      'start',
      member,
    ])
  })

  it('keeps words as they arrived (F17)', () => {
    const words = ['node', 'a.js', 'two words', '$HOME', '"', '*', '']
    expect(direct(words)).toEqual(['NODE', ...words.slice(1)])
  })

  it('works without a package.json, in the app’s folder, with its programs on PATH', () => {
    const root = project({})
    expect(directCommand(['npm', 'start'], root)).toEqual({
      file: 'npm',
      args: ['start'],
      cwd: root,
      env: { PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
    })
  })
})

describe('lineCommand', () => {
  it.each([
    ['node prisma/seed.js', ['NODE', 'prisma/seed.js']],
    ['tsx prisma/seed.ts', ['tsx', 'prisma/seed.ts']],
    ['node a.js && node b.js', ['NODE', 'a.js', '&&', 'node', 'b.js']],
  ])('starts a seed without a shell in between: %s', (line, started) => {
    const { file, args } = lineCommand(line, project({}))
    expect([file.replace(process.execPath, 'NODE'), ...args]).toEqual(started)
  })
})
