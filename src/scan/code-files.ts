import type { SourceTree } from './source-tree.ts'

/** Files with one of these endings under a folder, without tests and declarations of types, which production does not run. */
export const codeFiles = (tree: SourceTree, endings: readonly string[], folder?: string): string[] =>
  tree.glob(endings, folder).filter((file) => !isBesideTheApp.test(file))

const isBesideTheApp = /\.(?:test|spec|d)\.|(?:^|\/)(?:__)?tests?(?:__)?\//
