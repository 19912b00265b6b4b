import { dockerfileMarker } from '../plan/marker.ts'
import type { DeployPlan, ImagePlan } from '../plan/plan-types.ts'
import { packageManagerSteps } from './package-managers.ts'

/** The Dockerfile: a base, a stage that builds, and the image that runs. */
export const dockerfile = (plan: DeployPlan): string =>
  `${[header(plan), baseStage(plan.image), buildStage(plan.image), finalStage(plan)].map((lines) => lines.join('\n')).join('\n\n')}\n`

const header = (plan: DeployPlan): string[] => [
  `${dockerfileMarker} for ${plan.app.name}: yours to adapt. The next run shows its changes and asks first.`,
]

const baseStage = ({ runtime, packages, packageManager }: ImagePlan): string[] => {
  const argument = runtime.name === 'bun' ? 'BUN_VERSION' : 'NODE_VERSION'
  const image = runtime.name === 'bun' ? 'oven/bun' : 'node'
  return [
    '# Base: what building and running have in common',
    `ARG ${argument}=${runtime.version}`,
    `FROM ${image}:\${${argument}}-slim AS base`,
    'WORKDIR /app',
    ...install(packages.run),
    ...packageManagerSteps(packageManager, runtime.name).setup,
  ]
}

const buildStage = (image: ImagePlan): string[] => {
  const manager = packageManagerSteps(image.packageManager, image.runtime.name)
  return [
    '# Build: with all dependencies; only its result is kept',
    'FROM base AS build',
    ...install(image.packages.build),
    ...Object.entries(image.buildEnv).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    ...(image.isWorkspace ? ['COPY . .'] : copies(image.installFiles)),
    `RUN ${manager.install}`,
    ...(image.isWorkspace ? [] : ['COPY . .']),
    ...(image.generate ? [`RUN ${image.generate.join(' ')}`] : []),
    ...(image.build ? [`RUN ${image.build}`] : []),
    ...(manager.prune && image.prune ? [`RUN ${manager.prune}`] : []),
  ]
}

const finalStage = ({ image, backup, startScript }: DeployPlan): string[] => [
  `# The image that runs${startScript ? `: ${startScript.file} readies the database, then starts the command` : ''}`,
  'FROM base',
  'ENV NODE_ENV=production',
  ...(backup ? [`COPY --from=litestream/litestream:${backup.litestream} ${litestream} ${litestream}`] : []),
  'COPY --from=build /app /app',
  `EXPOSE ${image.port}`,
  ...(startScript ? [`ENTRYPOINT ${JSON.stringify([`/app/${startScript.file}`])}`] : []),
  `CMD ${JSON.stringify(image.start)}`,
]

const litestream = '/usr/local/bin/litestream'

/** Files of the root in one line; folders, and files in folders, keep their place. */
const copies = (files: string[]): string[] => [
  `COPY ${files.filter((file) => !file.includes('/')).join(' ')} ./`,
  ...files.filter((file) => file.includes('/')).map((file) => `COPY ${file} ${file}`),
]

const install = (packages: string[]): string[] =>
  packages.length === 0
    ? []
    : [
        'RUN apt-get update -qq && \\',
        `    apt-get install --no-install-recommends -y ${packages.join(' ')} && \\`,
        '    rm -rf /var/lib/apt/lists/*',
      ]
