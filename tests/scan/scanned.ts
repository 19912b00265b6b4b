import type { AppProfile, PrismaProfile } from '../../src/scan/profile.ts'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { type ProjectFiles, project } from '../support/project.ts'

/** The profile of a project; a package.json is added when it has none. */
export const scanned = (files: ProjectFiles): AppProfile =>
  scan(sourceTree(project({ 'package.json': { name: 'app' }, ...files })))

/** What is found of Prisma in a project of that version. */
export const scannedPrisma = (version: string, files: ProjectFiles): PrismaProfile => {
  const { prisma } = scanned({ 'package.json': { dependencies: { prisma: version } }, ...files })
  if (!prisma) throw new Error('Prisma was not found')
  return prisma
}

/** A schema of SQLite with a url as it is written in Prisma's language; without one, as Prisma 7 wants it. */
export const schema = (url?: string): string =>
  `datasource db {\n  provider = "sqlite"\n${url === undefined ? '' : `  url = ${url}\n`}}\n`

/** The code of the error that a function throws. */
export const codeOf = (attempt: () => unknown): unknown => {
  try {
    attempt()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
  return 'nothing was thrown'
}
