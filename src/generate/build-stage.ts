import { posix } from 'node:path'
import { show } from '../command.ts'
import type { ImagePlan } from '../plan/image-plan.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { args, copyInto, envs, install, ownLines, run } from './dockerfile-lines.ts'
import { packageManagerSteps } from './package-managers.ts'

export const buildStage = ({ image, startScript }: DeployPlan): string[] => {
  const manager = packageManagerSteps(image)
  return [
    '# Build: with all dependencies; only its result is kept',
    'FROM base AS build',
    ...args(image.args.build),
    ...install(image.packages.build, image),
    ...envs({ ...image.buildEnv, ...image.envs.build }),
    ...copyInto(image.installFiles, image),
    ...run([manager.install], manager.mounts),
    `COPY${image.link ? ' --link' : ''} . .`,
    ...(image.folder === '/app' ? [] : [`WORKDIR ${image.folder}`]),
    ...(image.windows && startScript
      ? run([`sed -i 's/\\r$//' ${startScript.file}`, `chmod +x ${startScript.file}`])
      : []),
    ...(image.generate ? withSecrets(image, image.generate.join(' ')) : []),
    ...image.packageSteps.flatMap(({ folder, command }) => withSecrets(image, `cd ${folder} && ${command}`)),
    ...(image.build ? withSecrets(image, image.build) : []),
    ...pruneSteps(image),
    ...linkSteps(image),
    ...ownLines(image.instructions.build),
  ]
}

/** The secrets are mounted for this command alone; no layer of the image has them. */
const withSecrets = ({ secrets }: ImagePlan, command: string): string[] =>
  run(
    [...secrets.map((name) => `export ${name}="$(cat /run/secrets/${name})"`), command],
    secrets.map((name) => `type=secret,id=${name}`),
  )

const pruneSteps = (image: ImagePlan): string[] => {
  const { prune, folder, copies } = image
  const manager = packageManagerSteps(image)
  if (prune === null) return []
  if (prune.by === 'package-manager')
    return manager.prune === null ? [] : run([manager.prune], manager.mounts)
  const kept = prune.keep.length > 0 ? [prune.isOnly ? '--only' : '--keep', ...prune.keep] : []
  const dropped = prune.drop.length > 0 ? ['--drop', ...prune.drop] : []
  const beside = prune.beside === null ? [] : ['--beside', prune.beside]
  const from = prune.from === null ? [] : ['--from', prune.from]
  const modules = copies
    .filter(({ from }) => from.endsWith('/node_modules') && from !== '/app/node_modules')
    .map(({ from }) => posix.relative(folder, from))
  const [file = '', ...words] = [
    ...manager.runner,
    'seaworthy',
    'prune',
    ...kept,
    ...dropped,
    ...beside,
    ...from,
  ]
  return run([
    show({ file, args: words }),
    // What is copied from here must be there.
    ...(modules.length > 0 ? [`mkdir -p ${modules.join(' ')}`] : []),
  ])
}

/** What the image that runs opens by another path, and the engine that Prisma finds only with a shell's help. */
const linkSteps = ({ links, base }: ImagePlan): string[] => [
  ...links.flatMap(({ path, target }) =>
    run([`mkdir -p ${posix.dirname(path)}`, `ln -sf ${target} ${path}`]),
  ),
  ...(base === 'distroless'
    ? run([`find . -name 'libquery_engine-*.node' -exec cp {} query-engine.node ';'`])
    : []),
]
