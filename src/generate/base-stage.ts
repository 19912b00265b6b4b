import type { ImagePlan } from '../plan/image-plan.ts'
import { args, envs, install, ownLines } from './dockerfile-lines.ts'
import { packageManagerSteps } from './package-managers.ts'

const variants: Record<ImagePlan['base'], string> = {
  slim: 'slim',
  alpine: 'alpine',
  // What is built here must run on that image's C library, Debian 12's.
  distroless: 'bookworm-slim',
}

export const baseStage = (image: ImagePlan): string[] => {
  const { runtime, packages } = image
  const argument = runtime.name === 'bun' ? 'BUN_VERSION' : 'NODE_VERSION'
  const from = runtime.name === 'bun' ? 'oven/bun' : 'node'
  return [
    '# Base: what building and running have in common',
    `ARG ${argument}=${runtime.version}`,
    `FROM ${from}:\${${argument}}-${variants[image.base]} AS base`,
    'WORKDIR /app',
    ...args(image.args.base),
    ...envs(image.envs.base),
    ...install(packages.run, image),
    ...packageManagerSteps(image).setup,
    ...ownLines(image.instructions.base),
  ]
}
