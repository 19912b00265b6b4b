import { posix } from 'node:path'
import type { AppPackage } from './app-package.ts'
import { type Module, readModule } from './module.ts'

/** The file that a start command starts. */
export interface Entry {
  /** Relative to the root. */
  file: string
  module: Module
}

/** The file that the command starts, or the source that it was compiled from. */
export const findEntry = ({ tree }: AppPackage, command: string): Entry | null => {
  const file = command
    .split(/\s+/)
    .flatMap((word, index, words) => candidates(word, words[index - 1] ?? ''))
    .map((path) => posix.normalize(path))
    .find((path) => tree.read(path) !== null)
  const module = file === undefined ? null : readModule(tree, file)
  return file !== undefined && module ? { file, module } : null
}

const candidates = (word: string, before: string): string[] => {
  const isFile = /\.[cm]?[jt]s$/.test(word)
  if (isLoadedBefore.test(before)) return []
  // Node adds the ending itself: `node dist/main`.
  if (!isFile && (!/^[\w./-]*\w$/.test(word) || !(word.includes('/') || isRunner.test(before)))) return []
  const source = /^(?:\.\/)?(?:dist|build|lib|out)\/(.+?)(?:\.[cm]?js)?$/.exec(word)?.[1]
  return [
    ...(isFile ? [word] : withEndings(word)),
    ...(source === undefined ? [] : [`src/${source}.ts`, `${source}.ts`, `src/${source}/index.ts`]),
  ]
}

/** Options that name a file which is loaded before the one that is started. */
const isLoadedBefore = /^(?:-r|--(?:import|require|loader|experimental-loader))$/

const isRunner = /^(?:node|bun|tsx|ts-node)$/

export const withEndings = (path: string): string[] =>
  ['.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts'].map((ending) => path + ending)
