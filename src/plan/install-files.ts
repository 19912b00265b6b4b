import { posix } from 'node:path'
import type { AppProfile, PackageManagerName } from '../scan/profile.ts'
import type { ImageInputs } from './image-inputs.ts'
import type { ImagePlan } from './image-plan.ts'
import { installFileNames, lockFileNames, type ProjectFiles } from './project-files.ts'

type Inputs = Pick<ImageInputs, 'profile' | 'files' | 'settings' | 'package'>

/** A path of the app, seen from the folder that the image is built from: the root of the app's workspace, if it has one. */
export const contextPath = ({ workspace }: AppProfile, path: string): string =>
  path.startsWith('/') ? posix.join(path, workspace?.app ?? '.') : posix.join(workspace?.app ?? '.', path)

/** Bun's image has no other package manager than Bun. */
export const packageManagerOf = ({
  profile: { packageManager },
  settings,
}: Pick<Inputs, 'profile' | 'settings'>): ImagePlan['packageManager'] =>
  settings.bun && packageManager.name !== 'bun' ? { name: 'bun', version: null } : packageManager

/**
 * What must be copied before installing, so that the installed packages stay cached while other files change.
 * The schema comes along because a `postinstall` script, Prisma's own among them, reads it.
 */
export const installFiles = (inputs: Inputs): string[] => {
  const { profile, files, package: spec } = inputs
  const own = spec.startsWith(`${profile.root}/`) ? [packageFile(posix.relative(profile.root, spec))] : []
  const prisma = profile.prisma
    ? [...profile.prisma.schema.map(folderOf), ...(profile.prisma.config ? [profile.prisma.config] : [])]
    : []
  const ofApp = ['package.json', ...own, ...prisma].map((file) => contextPath(profile, file))
  const members = profile.workspace?.packages.map((folder) => `${folder}/package.json`) ?? []
  const optional = [
    ...installFileNames.filter((name) => files.present.includes(name)),
    ...(isPnpmSettled(inputs) ? [] : ['pnpm-workspace.yam[l]']),
  ]
  return [...new Set(['package.json', ...lockFiles(inputs), ...optional, ...ofApp, ...members])]
}

/**
 * From 10 on pnpm writes there which packages may run scripts, when seaworthy is added, after this plan is made: a pattern
 * that finds nothing is no fault.
 */
const isPnpmSettled = (inputs: Inputs): boolean => {
  const { name, version } = packageManagerOf(inputs)
  const isOld = version !== null && Number.parseInt(version, 10) < 10
  return name !== 'pnpm' || isOld || inputs.files.present.includes('pnpm-workspace.yaml')
}

/** Whether no lock file says what is to be installed. Nothing known of the project's files is taken for one that is there. */
export const isUnlocked = (inputs: Inputs): boolean =>
  inputs.files.packageJson !== null && presentLock(inputs.files, packageManagerOf(inputs).name) === undefined

const lockFiles = (inputs: Inputs): string[] => {
  const { files, profile } = inputs
  const { name } = packageManagerOf(inputs)
  // Bun reads the lock files of others too.
  const lock = presentLock(files, name) ?? presentLock(files, profile.packageManager.name)
  const [usual = ''] = lockFileNames[name]
  return lock !== undefined ? [lock] : isUnlocked(inputs) ? [] : [usual]
}

const presentLock = (files: ProjectFiles, name: PackageManagerName): string | undefined =>
  lockFileNames[name].find((file) => files.present.includes(file))

/** A tarball, or a folder with a slash at its end. */
const packageFile = (path: string): string => (/\.(tgz|tar\.gz)$/.test(path) ? path : `${path}/`)

/** The folder of a file with a slash at its end, or the file itself when it lies in the root. */
const folderOf = (path: string): string => (posix.dirname(path) === '.' ? path : `${posix.dirname(path)}/`)
