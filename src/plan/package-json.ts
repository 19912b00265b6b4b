import { posix } from 'node:path'
import type { ProjectFiles } from './project-files.ts'

/** A table of package.json (`scripts`, `dependencies`, …) whose values are texts; empty when it is not there. */
export const packageTable = (packageJson: string | null, key: string): Record<string, string> => {
  const content: unknown = packageJson === null ? null : JSON.parse(packageJson)
  const table: unknown = isObject(content) ? content[key] : null
  return Object.fromEntries(
    Object.entries(isObject(table) ? table : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

/** The tarball or folder, as an absolute path, that package.json takes seaworthy itself from; null for any other spec. */
export const installedFile = ({ packageJson }: ProjectFiles, root: string): string | null => {
  const spec = packageTable(packageJson, 'dependencies').seaworthy
  return spec?.startsWith('file:') ? posix.resolve(root, spec.slice('file:'.length)) : null
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
