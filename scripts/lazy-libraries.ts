import { build, type Metafile, type Plugin } from 'esbuild'

/**
 * Libraries that few runs of the CLI need, with the names that src imports of them. Each becomes a file of its own, which is
 * read when one of its names is first used; in a bundle of ES modules all of it would be read and run before anything else.
 */
const lazy: Record<string, string[]> = {
  '@clack/prompts': ['confirm', 'isCancel', 'password', 'select', 'text'],
  '@decimalturn/toml-patch': ['parse', 'patch'],
  'dockerfile-ast': ['DockerfileParser'],
  yaml: ['isMap', 'isPair', 'isScalar', 'isSeq', 'parse', 'parseDocument', 'stringify'],
}

const fileOf = (library: string): string => `libraries/${library.replace(/^@/, '').replace('/', '-')}`

/** Bundles them into `outdir`. */
export const bundleLazyLibraries = async (absWorkingDir: string, outdir: string): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir,
    entryPoints: Object.fromEntries(Object.keys(lazy).map((library) => [fileOf(library), library])),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    lineLimit: 160,
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/** Lets what src imports of these libraries lead to those files. */
export const lazyLibraries: Plugin = {
  name: 'lazy-libraries',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[@\w]/ }, ({ path, importer }) =>
      path in lazy && !importer.includes('node_modules') ? { path, namespace: 'lazy' } : null,
    )
    onResolve({ filter: /^\.\/libraries\// }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({ contents: stubs(path) }))
  },
}

const stubs = (library: string): string =>
  [
    'let loaded',
    `const library = () => (loaded ??= require('./${fileOf(library)}.cjs'))`,
    ...(lazy[library] ?? []).map((name) =>
      // A class begins with a capital letter; what is wanted of it is static.
      /^[A-Z]/.test(name)
        ? `export const ${name} = new Proxy({}, { get: (_, key) => library().${name}[key] })`
        : `export const ${name} = (...words) => library().${name}(...words)`,
    ),
  ].join('\n')
