import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import dockerignore, { type Ignore } from '@balena/dockerignore'
import { systemCode } from '../../errors.ts'

// The library is CommonJS and its types say otherwise: what is imported is the function itself.
const ignore = dockerignore as unknown as typeof dockerignore.default

/**
 * Copies the app as `docker build` would see it: without what .dockerignore names, and never its dependencies.
 *
 * @param kept folders that come along all the same: what installing makes in an image is not made here.
 */
export const copyApp = (root: string, target: string, kept: readonly string[] = []): void => {
  const rules = ignore().add(readText(join(root, '.dockerignore')))
  rules.add(kept.map((folder) => `!${folder}`))
  mkdirSync(target, { recursive: true })
  copyFolder({ root, target, rules }, '')
}

interface Copy {
  root: string
  target: string
  rules: Ignore
}

const neverCopied = new Set(['.git', '.seaworthy', 'node_modules'])

// A folder that is left out is gone through all the same: an exception (`!folder/file`) may let a file of it in.
const copyFolder = (copy: Copy, folder: string): void => {
  for (const entry of readdirSync(join(copy.root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (neverCopied.has(path)) continue
    if (entry.isDirectory()) copyFolder(copy, path)
    else if ((entry.isFile() || entry.isSymbolicLink()) && !copy.rules.ignores(path))
      copyFile(join(copy.root, path), join(copy.target, path), entry.isSymbolicLink())
  }
}

const copyFile = (from: string, to: string, isLink: boolean): void => {
  mkdirSync(dirname(to), { recursive: true })
  if (isLink) symlinkSync(readlinkSync(from), to)
  else copyFileSync(from, to, constants.COPYFILE_FICLONE)
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  }
}
