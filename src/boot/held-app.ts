import type { ChildProcess, StdioOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { type Command, environmentOf, isRunning, start } from '../command.ts'
import { withReaper } from './orphans.ts'
import { isZombie } from './processes.ts'

/** The app's process while it stands at the gate: its Node is up, and nothing of the app has run. */
export interface HeldApp {
  /** The process, if it is what this command would start now; otherwise null, and it ends without having run anything. */
  take(command: Command): ChildProcess | null
  /** Its turn has come. */
  open(): void
  /** Ends it, unless its turn has come. */
  drop(): void
}

/**
 * Starts the app's process ahead of its turn, beside the steps that it has to wait for: a Node takes 25 ms until it runs
 * the first line of a script, three times as long with NODE_EXTRA_CA_CERTS.
 *
 * @returns null where it cannot be held: it is no Node script, or has options of Node's that are not known to do no harm.
 */
export const holdApp = (command: Command): HeldApp | null => {
  if (!canBeHeld(command)) return null
  // By the environment: a list of processes shows the app's command as it is, and its `process.execArgv` is its own.
  const { NODE_OPTIONS: theirs } = process.env
  const ours = `--require "${gate.replace(/["\\]/g, '\\$&')}"`
  const options = theirs === undefined ? ours : `${ours} ${theirs}`
  const env = { ...command.env, NODE_OPTIONS: options, SEAWORTHY_GATE: '3' }
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'pipe']
  const child = start(withReaper({ ...command, env }), { detached: true, stdio })
  // Not started, or ended by itself: then the app is started anew, and what is wrong is said there.
  child.on('error', () => {})
  // Without a descriptor left for it there is none, whatever the types say.
  const line = (child.stdio as ChildProcess['stdio'] | undefined)?.[3] as Socket | undefined
  if (line === undefined) return null
  line.on('error', () => {})
  // A start script that launches nothing ends by itself.
  for (const each of [child, line]) each.unref()
  const print = printOf(command)
  const drop = () => void line.destroy()
  return {
    take: (wanted) => {
      if (isThere(child) && printOf(wanted) === print) {
        child.ref()
        return child
      }
      drop()
      return null
    },
    open: () => void line.end('\n'),
    drop,
  }
}

const gate = join(import.meta.dirname, 'gate.cjs')

const canBeHeld = ({ file, args }: Command): boolean => {
  const options = nodeOptions(args)
  if (file !== process.execPath || options === null || !existsSync(gate)) return false
  // A module that NODE_OPTIONS names is loaded ahead of the gate; one of the command's is loaded behind it.
  return (
    inheritedOptions().every(isHarmless) && options.every((word) => isHarmless(word) || preload.test(word))
  )
}

const inheritedOptions = (): string[] => process.env.NODE_OPTIONS?.split(/\s+/).filter(Boolean) ?? []

/** What stands before the script; null where there is none. */
const nodeOptions = (args: readonly string[]): string[] | null => {
  const [first, ...rest] = args
  if (first === undefined) return null
  if (!first.startsWith('-')) return []
  const isPair = /^(--import|--require|-r)$/.test(first)
  const behind = nodeOptions(isPair ? rest.slice(1) : rest)
  return behind && [first, ...behind]
}

const preload = /^(--import|--require|-r)(=|$)/

const isHarmless = (option: string): boolean =>
  /^--(enable-source-maps|(no-)?(warnings|deprecation)|trace-\w+|max-(old-space|semi-space)-size=\d+|experimental-(strip|transform)-types)$/.test(
    option,
  )

// One that has just ended is a zombie before this process hears of it.
const isThere = (child: ChildProcess): boolean =>
  child.pid !== undefined && isRunning(child) && !isZombie(child.pid)

// All that a process inherits and a start script can change: what it has set since stands last in `process.env`.
const printOf = (command: Command): string => {
  const variables = Object.entries(environmentOf(command)).sort()
  const user = [process.geteuid?.(), process.getegid?.(), process.getgroups?.()]
  return JSON.stringify([command.file, command.args, command.cwd, variables, user, process.umask()])
}
