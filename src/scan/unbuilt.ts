import { withEndings } from './entry.ts'
import type { Finding } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

/** What starts is the result of a build, and nothing builds it. @param command what is run in the end. */
export const unbuiltFinding = (tree: SourceTree, command: string, build: string | null): Finding | null => {
  const file = /^node (?:\.\/)?((?:dist|build|lib|out)\/\S+)$/.exec(command)?.[1]
  if (build !== null || file === undefined) return null
  if ([file, ...withEndings(file)].some((path) => tree.read(path) !== null)) return null
  return {
    level: 'warning',
    code: 'SW-BUILD-NONE',
    what: `The app starts ${file}, which is not there, and package.json has no script \`build\` that makes it.`,
    next: 'Give it one: npm pkg set scripts.build="tsc"',
  }
}
