import type { AppProfile } from '../scan/profile.ts'
import { packageTable } from './package-json.ts'
import type { ProjectFiles } from './project-files.ts'

export interface SeedParts {
  /** Of the app, relative to its root. */
  files: string[]
  /** Those of the packages that are development dependencies. */
  tools: string[]
}

/** What the seed needs of the app's folder and of what only development has. */
export const seedParts = ({ prisma }: AppProfile, { packageJson }: ProjectFiles): SeedParts => {
  const development = packageTable(packageJson, 'devDependencies')
  const { files = [], packages = [] } = prisma?.seedNeeds ?? {}
  return { files, tools: packages.filter((name) => Object.hasOwn(development, name)) }
}
