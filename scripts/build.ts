import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { bundleLazyLibraries, lazyLibraries } from './lazy-libraries.ts'

const root = join(import.meta.dirname, '..')

const cli = {
  cli: 'src/cli.ts',
  index: 'src/index.ts',
  supervisor: 'src/platforms/local/supervisor.ts',
}

/** What a start script imports; it loads the run-time. */
const entry = { boot: 'src/boot/entry.ts' }

/**
 * The run-time in one piece, as CommonJS, which can be kept compiled: each file that it shared with the CLI would be one
 * more to find, read and compile in every production start.
 */
const runTime = { boot: 'src/boot/boot.ts', gate: 'src/boot/gate.ts' }

/** Where a build is made, and where the one before it goes. */
const next = '.dist/next'
const last = '.dist/last'

const optionalDependencies = ['@photostructure/sqlite', 'better-sqlite3', '@flydotio/*']

const main = async (): Promise<void> => {
  clear(next)
  mkdirSync(join(root, next), { recursive: true })
  const metafiles = await Promise.all([
    bundle(cli, { ...modules, plugins: [onlyOurParser, lazyLibraries] }),
    bundle(entry, modules),
    bundle(runTime, { ...commonJs, plugins: [lazyLibraries] }),
    bundleLazyLibraries(root, next),
  ])
  const metafile = { inputs: {}, outputs: {} }
  for (const { inputs, outputs } of metafiles) {
    Object.assign(metafile.inputs, inputs)
    Object.assign(metafile.outputs, outputs)
  }
  refuseLibrariesInBoot(metafile)
  // At one blow: what runs the last build meanwhile finds all of it, or all of this one.
  clear(last)
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), join(root, last))
  renameSync(join(root, next), join(root, 'dist'))
  clear(last)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.md'), notices(metafile))
}

const clear = (folder: string): void => rmSync(join(root, folder), { recursive: true, force: true })

const modules: BuildOptions = {
  format: 'esm',
  splitting: true,
  // CommonJS libraries call `require` for Node's own modules; a bundle of ES modules has none.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
}

const commonJs: BuildOptions = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
}

const bundle = async (entryPoints: Record<string, string>, options: BuildOptions): Promise<Metafile> => {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints,
    outdir: next,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // The ESM build first: it is the one that can be split.
    mainFields: ['module', 'main'],
    external: optionalDependencies,
    // Less to read at each start; names and lines stay, so that a stack trace says something.
    minifyWhitespace: true,
    lineLimit: 160,
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/**
 * Importing @mrleebo/prisma-ast makes a parser that nobody asks for, and checks its tokens, for which there is no setting:
 * most of what importing it takes. For that parser it also looks for a configuration in the current folder: it would fail at
 * a broken package.json there, and run the app's files.
 */
const onlyOurParser: Plugin = {
  name: 'only-our-parser',
  setup: ({ onLoad }) =>
    onLoad({ filter: /prisma-ast\.esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = changes.reduce((before, [from, to]) => {
        if (!from.test(before)) throw new Error(`${path} is written in another way now: there is no ${from}`)
        return before.replace(from, to)
      }, text)
      return { contents }
    }),
}

const changes: [RegExp, string][] = [
  [/new Lexer\((\w+)\)/, 'new Lexer($1, { skipValidations: true })'],
  [/import { lilconfigSync } from 'lilconfig';/, ''],
  [/new PrismaParser\(getConfig\(\)\.parser\)/, 'null'],
  [/options\?\.visitor \?\? defaultVisitor/, 'options.visitor'],
]

const isBuildTime =
  /^src\/(scan|plan|generate|terminal|commands)\/|^node_modules\/(@babel|@clack|@decimalturn|@mrleebo|cli-table3|commander|diff|dockerfile-ast|yaml)\//

/** Every production start pays for what boot imports: no library of the build-time flow may get there. */
const refuseLibrariesInBoot = ({ outputs }: Metafile): void => {
  const inputs = Object.keys(outputs[`${next}/boot.cjs`]?.inputs ?? {})
  if (inputs.length === 0) throw new Error('there is no boot.cjs to look at')
  const strangers = inputs.filter((file) => isBuildTime.test(file))
  if (strangers.length > 0) throw new Error(`seaworthy/boot imports build-time code: ${strangers.join(', ')}`)
}

/** Name, version and licence of every package whose code is in the bundle. */
const notices = ({ inputs }: Metafile): string => {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  )
  const parts = [...new Set(folders)].sort().map((folder) => notice(join(root, folder)))
  return `# Third-party notices\n\nThis package contains code of these packages.\n\n${parts.join('\n')}`
}

const notice = (folder: string): string => {
  const { name, version, license }: Record<string, string> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`
  return `## ${name} ${version} (${license})\n\n${text.replaceAll(/^/gm, '    ')}\n`
}

await main()
