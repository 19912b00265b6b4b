import type { Command as Cli } from 'commander'
import { show } from '../command.ts'
import type { Context } from '../context.ts'
import type { Host } from './command-module.ts'
import { nextCommands } from './next-commands.ts'
import { readProject } from './project.ts'
import { switchBackup } from './switch-backup.ts'
import { addWriteOptions, type WriteFlags } from './write-files.ts'

export const register = (command: Cli, { ctx }: Host): void => {
  addWriteOptions(command).action((dir: string, flags: WriteFlags) => attach(dir, flags, ctx))
}

/** Brings backups back that `detach`, or `--no-backup`, has left out. */
const attach = async (dir: string, flags: WriteFlags, ctx: Context): Promise<void> => {
  const say = flags.json ? ctx.log : ctx.out
  const project = readProject(dir, ctx)
  const { plan, files, dependencies } = await switchBackup(project, true, flags, ctx)
  const next = nextCommands(plan, project).map(({ command }) => show(command))
  say(`\nNext:\n${next.map((line) => `  ${line}`).join('\n')}`)
  if (!flags.json) return
  const ran = flags.dryRun ? [] : dependencies.map(show)
  const outcome = { version: 1, dryRun: flags.dryRun ?? false, plan, files, commands: { ran, next } }
  ctx.out(JSON.stringify(outcome, null, 2))
}
