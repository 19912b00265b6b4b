import { hasDocker } from '../support/docker-engine.ts'
import { buildah, hasBaseImages, hasBuildah } from './buildah.ts'
import { buildahTool } from './buildah-tool.ts'
import type { ContainerTool } from './container-tool.ts'
import { dockerTool } from './docker-tool.ts'

/**
 * Buildah if it can be had, which is the quicker one, else Docker, or first where SEAWORTHY_IMAGES is `docker`; undefined, and a
 * line that says so, where there is neither.
 */
export const containerTool = (): ContainerTool | undefined => {
  const isDockerFirst = process.env.SEAWORTHY_IMAGES === 'docker'
  if (!isDockerFirst && hasBuildah() && hasBaseImages()) return buildahTool
  if (hasDocker()) return dockerTool
  console.warn(
    'skipped: neither a Docker engine nor buildah, as root, with the images of scripts/base-images.ts',
  )
  return undefined
}

/** Stages and layers that no image needs any more; Docker looks after its own. */
export const removeLeftovers = async (): Promise<void> => {
  if (hasBuildah()) await buildah(['rmi', '--prune', '--force'])
}
