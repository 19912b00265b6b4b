import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Removes the files of a folder that another one has at the same place in the same size: both are copied to one place, and
 * an image would hold them twice.
 */
export const removeTwins = (folder: string, other: string): void => {
  if (!existsSync(folder) || !existsSync(other)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [path, twin] = [join(folder, entry.name), join(other, entry.name)]
    if (entry.isDirectory()) removeTwins(path, twin)
    else if (entry.isFile() && sizeOf(twin) === lstatSync(path).size) rmSync(path)
  }
}

const sizeOf = (path: string): number | null => {
  const info = lstatSync(path, { throwIfNoEntry: false })
  return info?.isFile() ? info.size : null
}
