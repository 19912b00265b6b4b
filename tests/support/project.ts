import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The files of a project by their path; what is no text is written as JSON. */
export type ProjectFiles = Record<string, string | object>

/** Writes a project into a new folder, which is removed after the test, and gives its absolute path. */
export const project = (files: ProjectFiles): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-project-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeProject(root, files)
  return root
}

export const writeProject = (root: string, files: ProjectFiles): void => {
  for (const [path, contents] of Object.entries(files)) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof contents === 'string' ? contents : `${JSON.stringify(contents, null, 2)}\n`)
  }
}
