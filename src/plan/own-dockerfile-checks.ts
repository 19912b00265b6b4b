import { posix } from 'node:path'
import type { Finding } from '../scan/profile.ts'
import { allSteps, type Stage, type Step } from './dockerfile-stages.ts'
import { installsIn, packagePlacesIn, placesIn } from './image-places.ts'
import type { OwnDockerfile } from './own-dockerfile.ts'
import type { DeployPlan } from './plan-types.ts'
import type { SeedParts } from './seed-parts.ts'

/**
 * What the user's own Dockerfile lacks for the start script; it is never edited, so each finding has the lines to add.
 *
 * @param seed the files of the app that it needs, and the development dependencies.
 */
export const checkOwnDockerfile = (
  own: OwnDockerfile | null,
  plan: Omit<DeployPlan, 'findings'>,
  seed: SeedParts,
): Finding[] => {
  if (!own?.stage || plan.startScript === null) return []
  const { stage } = own
  return [
    noNode(own, stage),
    oldNode(own),
    // A workspace is built from its root, where the app's files have longer paths.
    plan.image.workspace === null ? noFiles(own, stage, plan, plan.database?.seed ? seed.files : []) : null,
    noPackage(stage),
    plan.backup === null ? null : noLitestream(stage, plan.backup.litestream),
    plan.database?.seed ? noSeedTools(stage, seed.tools) : null,
    noRights(own),
  ].filter((finding) => finding !== null)
}

type Lack = Finding | null

const noNode = ({ image }: OwnDockerfile, stage: Stage): Lack =>
  isWithoutNode(image) && !allSteps(stage).some((step) => bringsNode(step))
    ? {
        level: 'warning',
        code: 'SW-DOCKERFILE-NO-NODE',
        what: `The last stage of your Dockerfile is made from ${image}, which has no Node: neither the start script nor the app can run in it.`,
        next: 'End it with a stage that has one, such as FROM node:22-slim, and copy what the app needs from the stage before: COPY --from=build /app /app',
      }
    : null

/** Seaworthy's own `engines.node`: >=20.19. */
const oldNode = ({ image }: OwnDockerfile): Lack => {
  const [, major, minor] = /^(?:docker\.io\/)?(?:library\/)?node:(\d+)(?:\.(\d+))?/.exec(image) ?? []
  const isOld = Number(major) < 20 || (major === '20' && Number(minor) < 19)
  return isOld
    ? {
        level: 'warning',
        code: 'SW-DOCKERFILE-NODE-OLD',
        what: `Your Dockerfile is made from ${image}, and dbsetup.js needs Node 20.19 or newer.`,
        next: `Make it from a newer one, such as FROM ${image.replace(/node:[\d.]+/, 'node:22').replace(/-bullseye|-buster/, '-bookworm')}`,
      }
    : null
}

const noFiles = (
  own: OwnDockerfile,
  stage: Stage,
  { startScript, backup, database }: DeployedFiles,
  seedFiles: string[],
): Lack => {
  const ours = [startScript?.file, backup ? 'litestream.yml' : null, database?.migrations.dir].filter(
    (file) => typeof file === 'string',
  )
  const wanted = [...ours, ...seedFiles]
  const missing = wanted.filter((file) => placesIn(stage, file).length === 0)
  return missing.length > 0
    ? {
        level: 'warning',
        code: 'SW-DOCKERFILE-NO-SCRIPT',
        what: `The image of your Dockerfile has no ${missing.join(', no ')}.`,
        next: `Add to its last stage, before CMD: ${missing.map((file) => copyLine(file, own.workdir)).join(' · ')}`,
      }
    : null
}

type DeployedFiles = Pick<DeployPlan, 'startScript' | 'backup' | 'database'>

const copyLine = (file: string, workdir: string): string => `COPY ${file} ${posix.join(workdir, file)}`

const noPackage = (stage: Stage): Lack => {
  if (packagePlacesIn(stage, 'seaworthy').length > 0) return null
  const origin = stage.earlier.find((each) => packagePlacesIn(each, 'seaworthy').length > 0)
  const folder = origin && packagePlacesIn(origin, 'seaworthy')[0]?.replace(/\/seaworthy$/, '')
  const from = origin && (origin.name ?? stage.earlier.indexOf(origin))
  return {
    level: 'warning',
    code: 'SW-DOCKERFILE-NO-PACKAGE',
    what: 'The image of your Dockerfile has no node_modules with seaworthy, which dbsetup.js begins with.',
    next: folder
      ? `Add to its last stage, before CMD: COPY --from=${from} ${folder} ./node_modules`
      : 'Install the dependencies in it: COPY package.json package-lock.json ./ and RUN npm ci --omit=dev, before CMD.',
  }
}

/** npm's Litestream is an optional dependency, one package for each kind of machine. */
const noLitestream = (stage: Stage, version: string): Lack => {
  const installs = installsIn([...stage.earlier.flatMap(({ steps }) => steps), ...allSteps(stage)])
  const isLeftOut =
    installs.length > 0 && installs.every((words) => words.some((word) => isOptionalLeftOut(word)))
  const isBrought = allSteps(stage).some(
    ({ text, flags }) =>
      text.includes('litestream/') || text.includes('litestream-') || flags.from?.includes('litestream'),
  )
  return isLeftOut && !isBrought
    ? {
        level: 'warning',
        code: 'SW-DOCKERFILE-NO-LITESTREAM',
        what: 'Your Dockerfile leaves optional dependencies out, and Litestream is one.',
        next: `Add to its last stage: COPY --from=litestream/litestream:${version} /usr/local/bin/litestream /usr/local/bin/litestream`,
      }
    : null
}

const isOptionalLeftOut = (word: string): boolean =>
  ['--omit=optional', '--no-optional', '--ignore-optional'].includes(word)

const noSeedTools = (stage: Stage, tools: string[]): Lack => {
  const steps = [...stage.earlier.flatMap((each) => each.steps), ...allSteps(stage)]
  const isPruned = steps.some(({ keyword, text }) => keyword === 'RUN' && leavesDevelopmentOut.test(text))
  return isPruned && tools.length > 0
    ? {
        level: 'warning',
        code: 'SW-DOCKERFILE-NO-SEED',
        what: `Your Dockerfile leaves development dependencies out, and the seed needs ${tools.join(', ')}: the first start with a new volume would fail.`,
        next: `Make them dependencies (npm install --save-prod ${tools.join(' ')}), or leave the seed out: seaworthy launch --no-seed`,
      }
    : null
}

const leavesDevelopmentOut =
  /\bprune\b|--omit[= ]dev\b|--only[= ]prod|--prod(?:uction)?(?![\w-]|=false)|\bworkspaces focus\b.*--production/

const noRights = ({ user }: OwnDockerfile): Lack =>
  user === null || ['root', '0'].includes(user)
    ? null
    : {
        level: 'warning',
        code: 'SW-DOCKERFILE-USER',
        what: `Your Dockerfile starts as ${user}, and a new volume belongs to root: the database could not be made on it.`,
        next: `Take USER ${user} out of its last stage and name the user in dbsetup.js, which gives the volume to it first: database({ …, user: '${user}' })`,
      }

/** Images of which it is known that they bring no Node; others get the benefit of the doubt. */
const isWithoutNode = (image: string): boolean => {
  const name = image
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .replace(/^(docker\.io\/)?(library\/)?/, '')
  return (
    withoutNode.has(name) || /\bdistroless\/(static|base|cc|python|java)/.test(name) || /^nginx/.test(name)
  )
}

const withoutNode = new Set(
  'scratch alpine busybox debian ubuntu fedora centos almalinux rockylinux amazonlinux archlinux httpd caddy traefik python ruby golang rust php perl openjdk eclipse-temurin amazoncorretto elixir erlang swift postgres mysql redis'.split(
    ' ',
  ),
)

const bringsNode = ({ keyword, text, words, flags }: Step): boolean =>
  keyword === 'RUN'
    ? /\b(node|nodejs|nodesource|npm|npx|nvm|fnm|volta|mise|asdf|corepack|yarn|pnpm|bun)\b/.test(text)
    : keyword === 'COPY' &&
      flags.from !== undefined &&
      words
        .slice(0, -1)
        .some((source) => /(^|\/)node$|^\/(usr(\/local)?(\/bin)?|opt|nodejs)?\/?$/.test(source))
