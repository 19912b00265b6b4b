import { resolve } from 'node:path'
import type { Command } from 'commander'
import { pruneModules } from '../image/prune-modules.ts'
import type { Host } from './command-module.ts'

interface Flags {
  keep?: string[]
  only?: string[]
  drop?: string[]
}

export const register = (command: Command, { ctx }: Host): void => {
  command
    .argument('[dir]', 'folder of the app', '.')
    .option('--keep <packages...>', 'packages to keep as well, with what they depend on')
    .option('--only <packages...>', 'keep these alone, with what they depend on')
    .option('--drop <names...>', 'beginnings of names of packages to leave out all the same')
    .action((dir: string, { keep = [], only, drop = [] }: Flags) => {
      const isOnly = only !== undefined
      const count = pruneModules(resolve(ctx.cwd, dir), { keep: only ?? keep, drop, isOnly })
      ctx.out(`${count} packages removed that running the app does not need.`)
    })
}
