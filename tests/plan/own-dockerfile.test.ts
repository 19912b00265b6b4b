import { describe, expect, it } from 'vitest'
import { dockerfileMarker } from '../../src/plan/marker.ts'
import { readOwnDockerfile } from '../../src/plan/own-dockerfile.ts'
import { shellWords } from '../../src/plan/shell-words.ts'

describe('F22: the command that a Dockerfile starts', () => {
  it.each([
    ['exec form', 'CMD ["npm", "run", "start:prod"]', ['npm', 'run', 'start:prod']],
    ['shell form', 'CMD npm run start:prod', ['npm', 'run', 'start:prod']],
    ['continued lines', 'CMD npm \\\n  # production\n  run start:prod', ['npm', 'run', 'start:prod']],
    ['continued exec form', 'CMD ["node", \\\n "my server.js"]', ['node', 'my server.js']],
    ['shell syntax', 'CMD migrate && exec node $MAIN', ['sh', '-c', 'migrate && exec node $MAIN']],
    ['an assignment', 'CMD A=1 node x.js', ['sh', '-c', 'A=1 node x.js']],
    ['the last CMD counts', 'CMD ["a"]\nCMD ["b"]', ['b']],
    ['entrypoint and command', 'ENTRYPOINT ["./up.sh"]\nCMD ["node", "x.js"]', ['./up.sh', 'node', 'x.js']],
    ['shell-form ENTRYPOINT ignores CMD', 'ENTRYPOINT node x.js\nCMD ["y"]', ['node', 'x.js']],
    ['no command', 'RUN ls', []],
  ])('%s', (_, lines, command) => {
    expect(readOwnDockerfile(`FROM node:22-slim\n${lines}\n`)?.command).toEqual(command)
  })

  it('is that of the last stage', () => {
    const text = 'FROM node AS build\nCMD ["build"]\nFROM node\nCMD ["serve"]'
    expect(readOwnDockerfile(text)).toEqual({ command: ['serve'], hasEntrypoint: false })
  })

  it('is inherited from a stage it is built from', () => {
    const text = 'FROM node AS base\nCMD ["serve"]\nFROM node AS other\nCMD ["x"]\nFROM base'
    expect(readOwnDockerfile(text)?.command).toEqual(['serve'])
  })

  it('does not inherit CMD past an ENTRYPOINT of its own', () => {
    const text = 'FROM node AS base\nCMD ["serve"]\nFROM base\nENTRYPOINT ["only"]'
    expect(readOwnDockerfile(text)).toEqual({ command: ['only'], hasEntrypoint: true })
  })
})

it.each([[null], [`${dockerfileMarker} for x\nFROM node`]])('%j is no Dockerfile of the user', (text) => {
  expect(readOwnDockerfile(text)).toBeNull()
})

it.each([
  ['npm run start', ['npm', 'run', 'start']],
  ['  node  dist/server.js --port=80 ', ['node', 'dist/server.js', '--port=80']],
  ['node "my server.js"', ['sh', '-c', 'node "my server.js"']],
  ['', []],
])('%j is the words %j', (line, words) => {
  expect(shellWords(line)).toEqual(words)
})
