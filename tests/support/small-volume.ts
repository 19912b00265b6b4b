import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const mount = (folder: string, size: string): void =>
  void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'seaworthy-test', folder], {
    stdio: 'pipe',
  })

// Lazily: a process that is still ending may have a file open.
const unmount = (folder: string): void => {
  execFileSync('umount', ['--lazy', folder])
  rmdirSync(folder)
}

const newFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-volume-')))

/** Whether this user may mount a volume of limited size; tests that need one skip without it. */
export const canMount = ((): boolean => {
  const folder = newFolder()
  try {
    mount(folder, '1m')
    unmount(folder)
    return true
  } catch {
    rmdirSync(folder)
    console.warn('skipped: what needs a small volume, for this user may not mount one (root may)')
    return false
  }
})()

/** A volume of its own with this much room, e.g. `64m`, and our folder on it; gone after the test. */
export const smallVolume = (size: string): string => {
  const folder = newFolder()
  mount(folder, size)
  onTestFinished(() => unmount(folder))
  mkdirSync(join(folder, '.seaworthy'))
  return folder
}

/** Changes how it is mounted, e.g. `ro`, `rw` or `size=64m`. */
export const remount = (folder: string, how: string): void =>
  void execFileSync('mount', ['-o', `remount,${how}`, folder])
