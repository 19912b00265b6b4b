import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { run } from '../../src/command.ts'
import type { ImageApp } from './apps.ts'
import { cache, outputOf } from './buildah.ts'

export interface LaunchedApp {
  /** The folder that the image is built from. */
  context: string
  /** Relative to it. */
  dockerfile: string
  remove: () => void
}

const repository = join(import.meta.dirname, '..', '..')

/** A copy of an app after `seaworthy launch`, with these words more. */
export const launchApp = async (
  image: ImageApp,
  tarball: string,
  more: string[] = [],
): Promise<LaunchedApp> => {
  const context = copyApp(image)
  const app = join(context, image.folder)
  cpSync(tarball, join(app, basename(tarball)))
  await launch(app, `./${basename(tarball)}`, more)
  return {
    context,
    dockerfile: join(image.folder, 'Dockerfile'),
    remove: () => rmSync(context, { recursive: true, force: true }),
  }
}

/** Copies an app into a new folder, with databases of its developer's beside the schema; gives the folder. */
export const copyApp = ({ name, folder, prisma: owner = folder }: ImageApp): string => {
  const context = realpathSync(mkdtempSync(join(tmpdir(), `seaworthy-image-${name}-`)))
  cpSync(join(import.meta.dirname, 'apps', name), context, {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules',
  })
  const prisma = join(context, owner, 'prisma')
  cpSync(join(import.meta.dirname, 'migrations'), join(prisma, 'migrations'), { recursive: true })
  for (const end of ['', '-wal', '-shm', '-journal']) writeFileSync(join(prisma, `dev.db${end}`), 'mine')
  return context
}

const launch = async (app: string, spec: string, more: string[]): Promise<void> => {
  // In a workspace of npm's own, npx takes a path for one of its root.
  const npx = ['--yes', '--package', join(app, spec), 'seaworthy']
  const words = [...npx, 'launch', '--yes', '--package', spec, ...more]
  const env = {
    ...lockFileOnly,
    PATH: [join(await packageManagers(), 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  }
  outputOf('seaworthy launch', await run({ file: 'npx', args: words, cwd: app, env }))
}

// What is installed here would not be in the image: the lock file is all that it takes over.
const lockFileOnly = {
  npm_config_package_lock_only: 'true',
  npm_config_omit_lockfile_registry_resolved: 'true',
  pnpm_config_lockfile_only: 'true',
}

let installed: Promise<string> | undefined

/** Several apps are launched at the same time. */
const packageManagers = (): Promise<string> => {
  installed ??= installPackageManagers()
  return installed
}

/** The folder with pnpm, Bun and Yarn in the versions that the apps name. */
const installPackageManagers = async (): Promise<string> => {
  const specs = ['bun', 'pnpm-workspace', 'yarn-workspace'].map((name) => packageManagerOf(name))
  const prefix = join(cache, 'npm', specs.join('+').replaceAll('/', '-'))
  if (!existsSync(prefix)) {
    const args = ['install', '--prefix', `${prefix}.new`, '--no-audit', '--no-fund', ...specs]
    mkdirSync(`${prefix}.new`, { recursive: true })
    outputOf('npm install', await run({ file: 'npm', args }))
    cpSync(`${prefix}.new`, prefix, { recursive: true, verbatimSymlinks: true })
    rmSync(`${prefix}.new`, { recursive: true })
  }
  return prefix
}

const packageManagerOf = (app: string): string => {
  const { packageManager }: { packageManager: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, 'apps', app, 'package.json'), 'utf8'),
  )
  // As npm has Yarn from 2 on.
  return packageManager.replace(/^yarn@/, '@yarnpkg/cli-dist@')
}

/**
 * Packs seaworthy into a folder, as npm would publish it but for the packages of other platforms, which a mirror of the
 * registry may lack; gives the tarball's path.
 */
export const packSeaworthy = async (folder: string): Promise<string> => {
  const source = join(folder, 'package')
  mkdirSync(source)
  for (const part of ['bin', 'dist', 'README.md', 'LICENSE'])
    cpSync(join(repository, part), join(source, part), { recursive: true })
  const {
    scripts: _,
    ...content
  }: Record<string, unknown> & { optionalDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  )
  const ours = `${process.platform}-${process.arch}`
  const optionalDependencies = Object.fromEntries(
    Object.entries(content.optionalDependencies).filter(
      ([name]) => !name.startsWith('@flydotio/') || name.endsWith(ours),
    ),
  )
  writeFileSync(join(source, 'package.json'), JSON.stringify({ ...content, optionalDependencies }, null, 2))
  const args = ['pack', '--pack-destination', folder]
  const packed = outputOf('npm pack', await run({ file: 'npm', args, cwd: source }))
  return join(folder, basename(packed.split('\n').at(-1) ?? ''))
}
