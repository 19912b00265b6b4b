import { resolve } from 'node:path'
import type { Command } from 'commander'
import { compileRunTime } from '../boot/compiled.ts'
import { pruneModules } from '../image/prune-modules.ts'
import type { Host } from './command-module.ts'

interface Flags {
  keep?: string[]
  only?: string[]
  drop?: string[]
  beside?: string
  from?: string
}

export const register = (command: Command, { ctx }: Host): void => {
  command
    .argument('[dir]', 'folder of the app', '.')
    .option('--keep <packages...>', 'packages to keep as well, with what they depend on')
    .option('--only <packages...>', 'keep these alone, with what they depend on')
    .option('--drop <names...>', 'beginnings of names of packages to leave out all the same')
    .option(
      '--beside <folder>',
      'leave out the files that this folder has, which is copied to the same place',
    )
    .option('--from <folder>', 'a package of the workspace whose packages are meant too')
    .action((dir: string, { keep = [], only, drop = [], beside, from }: Flags) => {
      const isOnly = only !== undefined
      const options = { keep: only ?? keep, drop, isOnly, beside: beside ?? null, from: from ?? null }
      const count = pruneModules(resolve(ctx.cwd, dir), options)
      compileRunTime()
      ctx.out(`${count} packages removed that running the app does not need.`)
    })
}
