import { describe, expect, it } from 'vitest'
import { dockerfileMarker } from '../../src/plan/marker.ts'
import { readOwnDockerfile, setupOf } from '../../src/plan/own-dockerfile.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { shellWords } from '../../src/plan/shell-words.ts'
import { prisma, profile } from '../support/profile.ts'

const commandOf = (text: string, target?: string): string[] | undefined =>
  readOwnDockerfile(text, target)?.command

describe('F22: the command that a Dockerfile starts', () => {
  it.each([
    ['exec form', 'CMD ["npm", "run", "start:prod"]', ['npm', 'run', 'start:prod']],
    ['shell form', 'CMD npm run start:prod', ['npm', 'run', 'start:prod']],
    ['npm start', 'CMD npm start', ['npm', 'start']],
    ['lower case', 'cmd npm run start:prod', ['npm', 'run', 'start:prod']],
    ['continued lines', 'CMD npm \\\n  # production\n\n  run start:prod', ['npm', 'run', 'start:prod']],
    ['continued lines with CRLF', 'CMD npm \\\r\n  run start:prod\r', ['npm', 'run', 'start:prod']],
    ['continued exec form', 'CMD ["node", \\\n "my server.js"]', ['node', 'my server.js']],
    ['shell syntax', 'CMD migrate && exec node $MAIN', ['sh', '-c', 'migrate && exec node $MAIN']],
    ['the word exec, which no program stands behind', 'CMD exec node x.js', ['node', 'x.js']],
    ['a shell of its own', 'SHELL ["/bin/bash", "-c"]\nCMD a && b', ['/bin/bash', '-c', 'a && b']],
    ['a shell of its own, not needed', 'SHELL ["/bin/bash", "-c"]\nCMD node x.js', ['node', 'x.js']],
    ['an assignment', 'CMD A=1 node x.js', ['sh', '-c', 'A=1 node x.js']],
    ['the last CMD counts', 'CMD ["a"]\nCMD ["b"]', ['b']],
    ['entrypoint and command', 'ENTRYPOINT ["./up.sh"]\nCMD ["node", "x.js"]', ['./up.sh', 'node', 'x.js']],
    ['shell-form ENTRYPOINT ignores CMD', 'ENTRYPOINT node x.js\nCMD ["y"]', ['node', 'x.js']],
    ['what a heredoc says is no instruction', 'CMD ["a"]\nRUN <<EOF\nCMD ["b"]\nEOF', ['a']],
    ['ONBUILD is for images made from it', 'CMD ["a"]\nONBUILD CMD ["b"]', ['a']],
    ['HEALTHCHECK has a CMD too', 'CMD ["a"]\nHEALTHCHECK CMD curl localhost', ['a']],
    ['a script that the image’s entrypoint gives to Node', 'CMD ["server.js"]', ['node', 'server.js']],
    ['no command', 'RUN ls', []],
  ])('%s', (_, lines, command) => {
    expect(commandOf(`FROM node:22-slim\n${lines}\n`)).toEqual(command)
  })

  const stages = 'FROM node AS base\nCMD ["serve"]\nFROM node AS other\nCMD ["x"]\nFROM '

  it.each<[string, string, string[], string?]>([
    ['of the last stage', `${stages}node\nCMD ["y"]`, ['y']],
    ['inherited from a stage it is built from', `${stages}base`, ['serve']],
    ['inherited whatever the case of its name', `${stages}Base`, ['serve']],
    ['not inherited past an ENTRYPOINT of its own', `${stages}base\nENTRYPOINT ["only"]`, ['only']],
    ['of the stage that fly.toml builds', `${stages}node\nCMD ["y"]`, ['x'], 'other'],
    ['behind an escape directive', '# escape=`\nFROM node\nCMD npm `\n  start', ['npm', 'start']],
    ['behind ARG before FROM', 'ARG BASE=node:22\nFROM $BASE\nCMD ["server.js"]', ['node', 'server.js']],
    ['of nothing at all', '', []],
  ])('is that %s', (_, text, command, target) => {
    expect(commandOf(text, target)).toEqual(command)
  })
})

it.each<[string, string | null, string]>([
  ['FROM node:22\nWORKDIR /srv\nWORKDIR app\nUSER node:node', 'node', '/srv/app'],
  ['FROM node AS a\nENV HOME=/home/me\nWORKDIR $HOME/app\nFROM a', null, '/home/me/app'],
  ['FROM oven/bun:1', null, '/home/bun/app'],
])('%j ends as user %j in %s', (text, user, workdir) => {
  expect(readOwnDockerfile(text)).toMatchObject({ user, workdir })
})

it.each([[null], [`${dockerfileMarker} for x\nFROM node`]])('%j is no Dockerfile of the user', (text) => {
  expect(readOwnDockerfile(text)).toBeNull()
})

describe('how fly.toml starts dbsetup', () => {
  const none = { command: ['node', 'dbsetup.js'], entrypoint: null }
  it.each([
    ['in the folder of the app', 'FROM node\nWORKDIR /app\nCOPY . .', none],
    ['elsewhere', 'FROM node\nCOPY . /app', { command: ['node', '/app/dbsetup.js'], entrypoint: null }],
    [
      'with an ENTRYPOINT',
      'FROM node\nENTRYPOINT ["./up.sh"]',
      { command: ['node', 'dbsetup.js'], entrypoint: ['/usr/bin/env'] },
    ],
    [
      'without a shell, env or PATH',
      'FROM gcr.io/distroless/nodejs22-debian12\nCMD ["server.js"]',
      { command: ['dbsetup.js'], entrypoint: ['/nodejs/bin/node'] },
    ],
  ])('%s', (_, text, expected) => {
    const own = readOwnDockerfile(text)
    expect(own && setupOf(own)).toEqual(expected)
  })
})

describe('what a Dockerfile lacks', () => {
  const whole = 'FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD npm start\n'
  const build = 'FROM node:22 AS build\nWORKDIR /src\nCOPY . .\nRUN npm ci && npm run build\n'
  const final = `${build}FROM node:22-slim\nWORKDIR /app\nCMD node dist/x.js\n`
  const files = 'COPY dbsetup.js litestream.yml ./\nCOPY prisma prisma\n'
  const modules = 'COPY --from=build /src/node_modules ./node_modules\n'

  const lacksOf = (dockerfile: string) =>
    buildPlan(profile(), { files: { dockerfile, flyToml: null, packageJson: null, present: [] } }).findings

  it.each([
    ['all is there', whole],
    [
      'of another stage',
      `${build}FROM node:22-slim\nCOPY --from=build /src /app\nWORKDIR /app\nCMD npm start`,
    ],
    [
      'by the number of a stage',
      `${build}FROM node:22-slim\nWORKDIR /app\nCOPY --from=0 /src ./\nCMD npm start`,
    ],
    ['inherited', `${build}FROM build\nCMD npm start`],
    ['piece by piece', final + files + modules],
    [
      'as JSON',
      `${final}COPY ["dbsetup.js", "litestream.yml", "./"]\nCOPY ./prisma/ /app/prisma/\n${modules}`,
    ],
    ['installed in another folder', whole.replace('RUN npm ci', 'RUN cd /app && NODE_ENV=production npm ci')],
    ['installed elsewhere and moved', whole.replace('npm ci', 'cd /tmp && npm ci && mv node_modules /app/')],
    [
      'pnpm deploy',
      `${final}${files}`
        .replace('npm ci', 'pnpm deploy --prod /out')
        .concat('COPY --from=build /out/node_modules node_modules'),
    ],
    ['a heredoc', whole.replace('RUN npm ci', 'RUN <<EOF\nset -e\nnpm ci\nEOF')],
    ['Node of a package', whole.replace('FROM node:22', 'FROM alpine:3\nRUN apk add nodejs npm')],
    [
      'Node of another image',
      `${whole.replace('FROM node:22', 'FROM debian:12')}COPY --from=node:22 /usr/local/bin/node /usr/local/bin/`,
    ],
    ['an image that nobody knows', whole.replace('node:22', 'ghcr.io/me/base')],
    [
      'Litestream of its image',
      `${whole.replace('npm ci', 'npm ci --omit=optional')}COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/`,
    ],
    ['root', `${whole}USER root`],
    ['the newest Node of a major', whole.replace('node:22', 'node:20-slim')],
    ['any Node', whole.replace('node:22', 'node:lts')],
  ])('nothing: %s', (_, text) => {
    expect(lacksOf(text)).toEqual([])
  })

  it.each([
    [
      'SW-DOCKERFILE-NO-NODE',
      build + whole.replace('node:22', 'nginx:alpine').replace('RUN npm ci\n', modules),
      'made from nginx:alpine',
    ],
    [
      'SW-DOCKERFILE-NO-NODE',
      `${build}FROM scratch\nWORKDIR /app\nCOPY --from=build /src .\nCMD ["x"]`,
      'made from scratch',
    ],
    [
      'SW-DOCKERFILE-NO-NODE',
      `${build}FROM docker.io/library/python:3.12\nWORKDIR /app\nCOPY --from=build /src .\nCMD ["x"]`,
      'python',
    ],
    ['SW-DOCKERFILE-NO-SCRIPT', final + modules, 'no dbsetup.js, no litestream.yml, no prisma/migrations'],
    [
      'SW-DOCKERFILE-NO-SCRIPT',
      final + modules + files.replace('dbsetup.js ', ''),
      'COPY dbsetup.js /app/dbsetup.js',
    ],
    [
      'SW-DOCKERFILE-NO-SCRIPT',
      final + modules + files.replace('COPY prisma prisma', 'COPY prisma/migrations prisma/migrations'),
      'COPY prisma/seed.js /app/prisma/seed.js',
    ],
    ['SW-DOCKERFILE-NO-PACKAGE', final + files, 'COPY --from=build /src/node_modules ./node_modules'],
    ['SW-DOCKERFILE-NO-PACKAGE', whole.replace('npm ci', 'npm i -g pm2'), 'RUN npm ci --omit=dev'],
    [
      'SW-DOCKERFILE-NO-LITESTREAM',
      whole.replace('npm ci', 'npm ci --omit=optional'),
      'COPY --from=litestream/litestream:0.3.13',
    ],
    ['SW-DOCKERFILE-USER', `${whole}USER node:node`, "user: 'node'"],
    [
      'SW-DOCKERFILE-NODE-OLD',
      whole.replace('node:22', 'node:18-bullseye-slim'),
      'FROM node:22-bookworm-slim',
    ],
    ['SW-DOCKERFILE-NODE-OLD', whole.replace('node:22', 'node:20.11-alpine'), 'FROM node:22-alpine'],
  ])('%s', (code, text, words) => {
    const findings = lacksOf(text)
    expect(findings.map((each) => each.code)).toEqual([code])
    expect(`${findings[0]?.what} ${findings[0]?.next}`).toContain(words)
  })

  it.each([
    ['npm ci --omit=dev', true],
    ['npm ci && npm prune --omit=dev', true],
    ['yarn install --production', true],
    ['pnpm install --prod', true],
    ['yarn install --production=false', false],
    ['npm ci --include=dev', false],
  ])('a seed that needs tsx, after %s: %j', (install, isMissing) => {
    const packageJson = JSON.stringify({ devDependencies: { tsx: '4.0.0' } })
    const app = profile({
      prisma: prisma({ seedNeeds: { files: ['prisma/seed.ts'], packages: ['@prisma/client', 'tsx'] } }),
    })
    const dockerfile = whole.replace('npm ci', install)
    const { findings } = buildPlan(app, { files: { dockerfile, flyToml: null, packageJson, present: [] } })
    expect(findings.map(({ code }) => code)).toEqual(isMissing ? ['SW-DOCKERFILE-NO-SEED'] : [])
  })

  it('says nothing to a project without a database', () => {
    const options = {
      files: { dockerfile: 'FROM scratch\nCMD x', flyToml: null, packageJson: null, present: [] },
    }
    expect(buildPlan(profile({ prisma: null }), options).findings.map(({ code }) => code)).toEqual([
      'SW-PRISMA-NONE',
    ])
  })
})

it.each([
  ['npm run start', ['npm', 'run', 'start']],
  ['  node  dist/server.js --port=80 ', ['node', 'dist/server.js', '--port=80']],
  ['node "my server.js"', ['sh', '-c', 'node "my server.js"']],
  ['', []],
])('%j is the words %j', (line, words) => {
  expect(shellWords(line)).toEqual(words)
})
