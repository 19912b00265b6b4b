import { parse as parseJsonc } from 'jsonc-parser'
import { dependencyRange } from './app-package.ts'
import {
  type Build,
  configOf,
  type FindBuild,
  isFalse,
  makerOf,
  plainPath,
  scriptOf,
  textIn,
} from './framework-config.ts'
import { isRecord, textAt, valueAt } from './json-value.ts'

const staticSite = (folder: string): Build => ({ output: 'static', outputs: [folder], start: null })

/** https://nextjs.org/docs/app/api-reference/config/next-config-js/output */
export const nextBuild: FindBuild = (app) => {
  const config = configOf(app, 'next.config')
  const folder = plainPath(textIn(config, 'distDir') ?? '.next')
  switch (textIn(config, 'output')) {
    case 'export':
      return { ...staticSite(folder === '.next' ? 'out' : folder), unfit: /\bnext (?:dev|start)\b/ }
    case 'standalone': {
      const member = app.workspace && app.workspace.value.app !== '.' ? `${app.workspace.value.app}/` : ''
      return {
        output: 'standalone',
        outputs: [`${folder}/standalone`, `${folder}/static`],
        start: `node ${folder}/standalone/${member}server.js`,
        // In a container HOSTNAME is the container's own name, and its server would listen on that alone.
        env: { HOSTNAME: '0.0.0.0' },
        unfit: /\bnext (?:dev|start)\b/,
      }
    }
    default:
      return { outputs: [folder] }
  }
}

/** https://reactrouter.com/how-to/spa, https://reactrouter.com/how-to/pre-rendering */
export const reactRouterBuild: FindBuild = (app) => {
  const config = configOf(app, 'react-router.config')
  const folder = plainPath(textIn(config, 'buildDirectory') ?? 'build')
  if (isFalse(config?.at('ssr')))
    return { ...staticSite(`${folder}/client`), unfit: /\breact-router(?:-serve)?\b|\bvite\b/ }
  return { outputs: [folder], start: `npx react-router-serve ./${folder}/server/index.js` }
}

/** The classic compiler has a remix.config, and writes what browsers load to `public/build`. */
export const remixBuild: FindBuild = (app) => {
  const isClassic = configOf(app, 'vite.config') === null && configOf(app, 'remix.config') !== null
  return isClassic ? { outputs: ['build', 'public/build'], start: 'npx remix-serve ./build/index.js' } : {}
}

/** https://svelte.dev/docs/kit/adapters; newer apps have the adapter among the options of Vite's plug-in. */
export const adapterBuild: FindBuild = (app) => {
  const configs = ['svelte.config', 'vite.config'].map((name) => configOf(app, name))
  const config = configs.find((candidate) => makerOf(candidate, 'adapter') !== null) ?? null
  const adapter = makerOf(config, 'adapter')
  if (adapter === '@sveltejs/adapter-static') return { ...staticSite('build'), unfit: /\bvite\b/ }
  if (adapter === null || nodeAdapters.test(adapter)) return {}
  return {
    misfit: {
      what: `${config?.file} builds for ${adapter}, which makes no server for Node.`,
      next: 'npm install --save-dev @sveltejs/adapter-node, and import the adapter from it instead.',
    },
  }
}

// Also those of Bun and of others for a server of one's own.
const nodeAdapters = /adapter-(?:node|bun)|-node$/

/** https://nitro.build/deploy: presets for Node make the same folder. */
export const nuxtBuild: FindBuild = (app) => {
  const preset = textIn(configOf(app, 'nuxt.config'), 'nitro', 'preset')
  if (preset === 'static' || /\b(?:nuxt|nuxi) generate\b/.test(scriptOf(app, 'build')))
    return staticSite('.output/public')
  if (preset === null || nodePresets.has(preset)) return { output: 'standalone' }
  return {
    misfit: {
      what: `nuxt.config builds for ${preset}, which makes no server for Node.`,
      next: "Take nitro.preset out of nuxt.config, or set it to 'node-server'.",
    },
  }
}

const nodePresets = new Set(['node-server', 'node_server', 'node-cluster', 'node_cluster', 'bun'])

/** A build with an adapter has a server: https://docs.astro.build/en/guides/on-demand-rendering/ */
export const astroBuild: FindBuild = (app) => {
  const config = configOf(app, 'astro.config')
  const folder = plainPath(textIn(config, 'outDir') ?? 'dist')
  const adapter =
    makerOf(config, 'adapter') ?? (dependencyRange(app, '@astrojs/node') ? '@astrojs/node' : null)
  if (adapter === null) return { ...staticSite(folder), env: {} }
  if (adapter === '@astrojs/node') return { outputs: [folder], start: `node ./${folder}/server/entry.mjs` }
  return {
    misfit: {
      what: `astro.config builds for ${adapter}, which makes no server for Node.`,
      next: 'npx astro add node',
    },
  }
}

/** https://angular.dev/guide/ssr; the folder is named after the first project of angular.json. */
export const angularBuild: FindBuild = (app) => {
  const json: unknown = parseJsonc(app.tree.read('angular.json') ?? '{}')
  const projects = valueAt(json, 'projects')
  const [name] = isRecord(projects) ? Object.keys(projects) : []
  const options = (key: string): unknown =>
    valueAt(projects, name ?? '', 'architect', 'build', 'options', key)
  const outputPath = options('outputPath')
  const folder = plainPath(
    (typeof outputPath === 'string' ? outputPath : textAt(outputPath, 'base')) ?? `dist/${name ?? 'app'}`,
  )
  // To hosts that are not on its list it answers 400, and new projects have an empty one.
  const isListEmpty = isEmptyList(valueAt(options('security'), 'allowedHosts'))
  return dependencyRange(app, '@angular/ssr')
    ? {
        outputs: [folder],
        start: `node ${folder}/server/server.mjs`,
        ...(isListEmpty ? { secrets: ['NG_ALLOWED_HOSTS'] } : {}),
      }
    : staticSite(`${folder}/browser`)
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** `meteor` itself builds it, a tool of several hundred megabytes that npm does not have. */
export const meteorBuild: FindBuild = (app) =>
  scriptOf(app, 'build') === ''
    ? {
        misfit: {
          what: 'Meteor builds its apps with its own tool, which is not in the image: nothing makes the folder bundle there.',
          next: 'meteor build . --directory --server-only before each deployment, so that bundle/ comes along; or a script `build` that does it.',
        },
      }
    : {}

/** From 4.0 on it can render on a server too, which its own CLI then is. */
export const gatsbyBuild: FindBuild = () => staticSite('public')

/** Only with Nitro there is a server that starts by itself: https://tanstack.com/start/latest/docs/framework/react/guide/hosting */
export const tanstackBuild: FindBuild = (app) =>
  ['nitro', 'nitropack', 'vinxi', '@tanstack/nitro-v2-vite-plugin'].some((name) => dependencyRange(app, name))
    ? { output: 'standalone' }
    : {
        outputs: ['dist'],
        start: null,
        ...(scriptOf(app, 'start') === ''
          ? {
              misfit: {
                what: 'TanStack Start makes no server that starts by itself: neither Nitro nor a start script is there.',
                next: "npm install nitro, and in vite.config: import { nitro } from 'nitro/vite', plugins: [tanstackStart(), nitro(), …]",
              },
            }
          : {}),
      }

/** A site that Vite builds and nothing of the app serves. */
export const viteBuild: FindBuild = (app) =>
  staticSite(plainPath(textIn(configOf(app, 'vite.config'), 'build', 'outDir') ?? 'dist'))

/** The server's code is the app's own; TypeScript's compiler says where it goes. */
export const compiledBuild: FindBuild = (app) => {
  const config: unknown = parseJsonc(app.tree.read('tsconfig.json') ?? '{}')
  const folder = textAt(config, 'compilerOptions', 'outDir')
  // Its CLI listens on this machine alone unless it is told otherwise: https://github.com/fastify/fastify-cli#options
  const env = dependencyRange(app, 'fastify-cli') ? { FASTIFY_ADDRESS: '0.0.0.0' } : {}
  return { env, ...(folder && scriptOf(app, 'build') ? { outputs: [plainPath(folder)] } : {}) }
}
