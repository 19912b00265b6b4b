import { execFileSync } from 'node:child_process'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandResult, run, show } from '../../src/command.ts'

/** Outside of the clone: base images and package caches outlive it. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seaworthy', 'images')

// A storage of our own: what is removed from it is nobody else's.
const storage = ['--root', join(cache, 'storage'), '--runroot', join(tmpdir(), 'seaworthy-images-run')]

/** Building in a chroot, and mounting a container's files, is for root. */
export const hasBuildah = (): boolean => {
  try {
    execFileSync('buildah', ['--version'], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

/** Whether scripts/base-images.ts has been here. */
export const hasBaseImages = (): boolean => {
  try {
    const names = execFileSync('buildah', [...storage, 'images', '--format', '{{.Name}}'], {
      encoding: 'utf8',
    })
    return ['library/node', 'oven/bun', 'litestream/litestream'].every((name) => names.includes(name))
  } catch {
    return false
  }
}

/**
 * Runs buildah and gives what it printed.
 *
 * @throws Error with the end of its output when it fails.
 */
export const buildah = async (args: string[], cwd?: string): Promise<string> => {
  const command = { file: 'buildah', args: [...storage, ...args], ...(cwd === undefined ? {} : { cwd }) }
  return outputOf(show({ file: 'buildah', args }), await run(command))
}

/** What a command printed. @throws Error with the end of its output when it failed. */
export const outputOf = (what: string, { code, stdout, stderr }: CommandResult): string => {
  if (code === 0) return stdout.trim()
  const end = `${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n')
  throw new Error(`${what} ended with exit code ${code}:\n${end}`)
}
