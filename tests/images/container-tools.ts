import { buildah, hasBaseImages, hasBuildah } from './buildah.ts'
import { buildahTool } from './buildah-tool.ts'
import type { ContainerTool } from './container-tool.ts'
import { dockerTool, hasDocker } from './docker-tool.ts'

/** Docker if its engine runs, else buildah; undefined, and a line that says so, where there is neither. */
export const containerTool = (): ContainerTool | undefined => {
  if (hasDocker()) return dockerTool
  if (hasBuildah() && hasBaseImages()) return buildahTool
  console.warn(
    'skipped: neither a Docker engine nor buildah, as root, with the images of scripts/base-images.ts',
  )
  return undefined
}

/** Stages and layers that no image needs any more; Docker looks after its own. */
export const removeLeftovers = async (): Promise<void> => {
  if (hasBuildah()) await buildah(['rmi', '--prune', '--force'])
}
