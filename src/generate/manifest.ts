import { createHash } from 'node:crypto'
import { SeaworthyError } from '../errors.ts'
import type { RememberedOptions } from '../plan/options.ts'
import { version as toolVersion } from '../version.ts'

/** The record of what was written, in `.seaworthy/manifest.json`: by it a file edited by hand is told from ours. */
export interface Manifest {
  version: 1
  tool: string
  /** Hash of each file as it was written. */
  files: Record<string, string>
  /** Files that were there before and only had lines added. */
  merged: string[]
  /** What was asked for, in this run or an earlier one. */
  options: RememberedOptions
}

export const manifestPath = '.seaworthy/manifest.json'

export const emptyManifest = (): Manifest => ({
  version: 1,
  tool: toolVersion,
  files: {},
  merged: [],
  options: {},
})

/**
 * Reads a manifest's text; one that is unreadable counts as none, so that every differing file is asked about.
 * @throws SW-MANIFEST-VERSION for a manifest of a newer seaworthy.
 */
export const parseManifest = (text: string | null): Manifest => {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('version' in value)) return emptyManifest()
  if (value.version !== 1) {
    throw new SeaworthyError({
      code: 'SW-MANIFEST-VERSION',
      what: `${manifestPath} was written by a newer seaworthy.`,
      next: 'Use that version: npm install --save seaworthy@latest',
    })
  }
  return { ...emptyManifest(), ...value, version: 1 }
}

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

export const hashOf = (contents: string): string => createHash('sha256').update(contents).digest('hex')

const parseJson = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
