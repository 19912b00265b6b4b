import type { AppProfile } from '../scan/profile.ts'
import { buildCommand, buildEnv, generateCommand, packageSteps } from './build-steps.ts'
import type { DockerfileOptions, PerStage, Stage } from './dockerfile-options.ts'
import { clientFolders, finalCopies, outputLinks } from './final-files.ts'
import type { ImageInputs } from './image-inputs.ts'
import type { ImagePlan, ImageWorkspace } from './image-plan.ts'
import { contextPath, installFiles, isUnlocked, packageManagerOf } from './install-files.ts'
import type { ProjectFiles } from './project-files.ts'
import { planPrune } from './prune.ts'
import { shellWords } from './shell-words.ts'
import { startCommand } from './start-command.ts'
import { systemPackages } from './system-packages.ts'

/** What the image is made of. @throws those of `refuseOptions`. */
export const planImage = (inputs: ImageInputs): ImagePlan => {
  const { profile, files, settings, own, port } = inputs
  const output = profile.framework?.output ?? 'server'
  const workspace = imageWorkspace(profile)
  return {
    runtime: settings.bun ? { name: 'bun', version: bunVersion(profile) } : profile.runtime,
    base: settings.alpine ? 'alpine' : settings.distroless ? 'distroless' : 'slim',
    packageManager: packageManagerOf(inputs),
    moduleType: profile.moduleType,
    framework: profile.framework?.name ?? null,
    output,
    folder: contextPath(profile, '/app'),
    workspace,
    installFiles: installFiles(inputs),
    isUnlocked: isUnlocked(inputs),
    ignoreScripts: settings.ignoreScripts ?? false,
    legacyPeerDeps: settings.legacyPeerDeps ?? false,
    packages: systemPackages(inputs),
    generate: generateCommand(inputs),
    buildEnv: buildEnv(profile),
    packageSteps: packageSteps(inputs),
    build: buildCommand(inputs),
    prune: planPrune(inputs),
    links: outputLinks(profile),
    copies: finalCopies(inputs),
    // Only root may listen on the ports below 1024.
    user: port < 1024 || output === 'static' ? null : userOf(settings, profile),
    entrypoint: shellWords(settings.entrypoint ?? ''),
    start: startCommand(inputs),
    port,
    envs: { ...everyStage(settings.envs, {}), deploy: runEnv(inputs) },
    args: everyStage(settings.args, {}),
    instructions: everyStage(instructionTexts(settings, files), null),
    secrets: settings.secrets ?? [],
    cache: settings.cache ?? false,
    link: settings.link ?? false,
    windows: settings.windows ?? false,
    ignore: (profile.prisma?.databases ?? [])
      .filter(({ file }) => !file.startsWith('/'))
      .map(({ file }) => contextPath(profile, file))
      .filter((file) => !file.startsWith('../')),
    generated: own === null ? clientFolders(profile) : [],
    isOwnDockerfile: own !== null,
    health: profile.framework?.health ?? null,
  }
}

/** Null where the app is its own root: then nothing lies outside of its folder. */
const imageWorkspace = ({ workspace }: AppProfile): ImageWorkspace | null =>
  workspace && { app: workspace.app, name: workspace.name, tool: workspace.tool, needs: workspace.needs }

const bunVersion = ({ runtime }: AppProfile): string => (runtime.name === 'bun' ? runtime.version : '1')

/** The unprivileged user that each base image brings. */
const userOf = (settings: DockerfileOptions, { runtime }: AppProfile): string =>
  settings.distroless ? 'nonroot' : settings.bun || runtime.name === 'bun' ? 'bun' : 'node'

const everyStage = <Value>(table: PerStage<Value> | undefined, empty: Value): Record<Stage, Value> => ({
  base: table?.base ?? empty,
  build: table?.build ?? empty,
  deploy: table?.deploy ?? empty,
})

const runEnv = ({ profile, settings, port }: ImageInputs): Record<string, string> =>
  profile.framework?.output === 'static'
    ? { ...settings.envs?.deploy }
    : {
        NODE_ENV: 'production',
        ...profile.hosts,
        ...profile.framework?.env,
        ...(port === profile.port ? {} : { PORT: String(port) }),
        ...settings.envs?.deploy,
      }

const instructionTexts = (
  { instructions = {} }: DockerfileOptions,
  files: ProjectFiles,
): PerStage<string | null> =>
  Object.fromEntries(
    Object.entries(instructions).map(([stage, path]) => [stage, files.instructions?.[path] ?? null]),
  )
