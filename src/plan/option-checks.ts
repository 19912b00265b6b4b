import { SeaworthyError, usageError } from '../errors.ts'
import type { AppProfile } from '../scan/profile.ts'
import type { DockerfileOptions } from './dockerfile-options.ts'

/**
 * Refuses what an image cannot be, rather than leaving an option out in silence.
 * @throws SW-OPTION-LITEFS, SW-OPTION-NGINX, SW-USAGE for options that do not go together.
 */
export const refuseOptions = (settings: DockerfileOptions, profile: AppProfile): void => {
  if (settings.litefs) throw litefs()
  if (settings.nginxRoot) throw nginx(settings.nginxRoot)
  for (const { isMet, what, next } of rules) if (isMet(settings, profile)) throw usageError(what, next)
}

interface Rule {
  isMet: (settings: DockerfileOptions, profile: AppProfile) => boolean
  what: string
  next: string
}

/** https://github.com/GoogleContainerTools/distroless/blob/main/nodejs/README.md */
const distrolessMajors = ['20', '22', '24']

const rules: Rule[] = [
  {
    isMet: ({ alpine, distroless }) => Boolean(alpine && distroless),
    what: '--alpine and --distroless do not go together: what is built for the one does not run in the other.',
    next: 'Leave one of them out: --no-alpine or --no-distroless.',
  },
  {
    isMet: ({ distroless, bun }, { runtime }) => Boolean(distroless && (bun || runtime.name === 'bun')),
    what: 'The distroless images have Node, and no Bun.',
    next: 'Leave one of them out: --no-distroless or --no-bun.',
  },
  {
    isMet: ({ distroless }, { runtime }) =>
      Boolean(distroless && !distrolessMajors.includes(runtime.version.split('.')[0] ?? '')),
    what: `There are distroless images for Node ${distrolessMajors.join(', ')} alone.`,
    next: 'Set the version, npm pkg set engines.node=22, or use --no-distroless.',
  },
  {
    isMet: ({ distroless, packages }) => Boolean(distroless && (packages?.base ?? packages?.deploy)),
    what: 'A distroless image has no package manager, so that no package can be added to it.',
    next: 'Add it to the build alone (--remove, --add-build), or use --no-distroless.',
  },
  {
    isMet: ({ distroless, deferBuild }) => Boolean(distroless && deferBuild),
    what: 'A distroless image has no shell, so that nothing can be built when it starts.',
    next: 'Leave one of them out: --no-distroless or --no-defer-build.',
  },
  {
    isMet: ({ legacyPeerDeps, bun }, { packageManager }) =>
      Boolean(legacyPeerDeps && (bun || packageManager.name !== 'npm')),
    what: '--legacy-peer-deps is an option of npm, and this app is installed by another package manager.',
    next: 'Use --no-legacy-peer-deps; pnpm has strict-peer-dependencies=false in .npmrc for it.',
  },
]

const litefs = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-OPTION-LITEFS',
    what: 'Seaworthy sets up no LiteFS.',
    why: 'It keeps the database on a volume of one machine and backs it up with Litestream, which needs no FUSE, proxy or Consul.',
    next: 'Use --no-litefs for that; to stay with LiteFS, keep the Dockerfile that dockerfile-node has written.',
  })

const nginx = (folder: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-OPTION-NGINX',
    what: `Seaworthy puts no nginx before the app to serve ${folder}.`,
    why: 'The image starts one process, so that signals, exit codes and the last backup are those of the app.',
    next: `Use --no-nginx-root, and let Fly serve the files: a section [[statics]] in fly.toml with guest_path = "/app/${folder}" and url_prefix = "/".`,
  })
