import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parse } from 'shell-quote'
import type { Command } from '../command.ts'
import { ExitCode, SeaworthyError } from '../errors.ts'
import { seedWords } from '../prisma/seed-words.ts'

/**
 * The command behind what was typed. `npm start`, `npm run x`, `yarn x`, `pnpm x` are looked up in package.json and
 * their script is started directly where it needs no shell: npm costs 100 ms and 57 MB, and does not hand signals on.
 * Scripts with a `pre` or `post` script, shell syntax or workspace flags go through npm as typed.
 *
 * @param words as they arrived: never split or expanded again.
 */
export const directCommand = (words: readonly string[], root: string): Command => {
  const script = scriptOf(words, root)
  const parsed = script === null ? null : plainWords(script)
  return withLocalBinaries(parsed ?? words, root)
}

/** The command of a seed's line, split as Prisma splits it; no shell stands in between. */
export const lineCommand = (line: string, root: string): Command => withLocalBinaries(seedWords(line), root)

const scriptOf = (words: readonly string[], root: string): string | null => {
  const name = scriptName(words)
  if (name === null) return null
  const { scripts = {} } = readManifest(root)
  if (scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined) return null
  return scripts[name] ?? null
}

const scriptName = ([runner, verb, name, ...rest]: readonly string[]): string | null => {
  if (!['npm', 'yarn', 'pnpm', 'bun'].includes(runner ?? '') || verb === undefined) return null
  if (verb === 'run') return name !== undefined && rest.length === 0 ? name : null
  return verb === 'start' && name === undefined ? 'start' : null
}

const readManifest = (root: string): { scripts?: Record<string, string> } => {
  const file = join(root, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The words of a line that means the same without a shell; null for any other. */
const plainWords = (line: string): string[] | null => {
  if (/[$`\\*?~!#{}\n]|^\s*\w+=/.test(line)) return null
  const words = parse(line)
  const [first] = words
  if (typeof first !== 'string' || shellsOwn.has(first)) return null
  return words.every((word) => typeof word === 'string') ? words : null
}

/** Words that no program stands behind: POSIX, Shell & Utilities, 2.14 Special Built-In Utilities, and `cd`. */
const shellsOwn = new Set(
  '. : break cd command continue eval exec exit export readonly return set shift trap ulimit umask unset'.split(
    ' ',
  ),
)

// A program of node_modules/.bin that is a Node script is given to this Node: no search along PATH, no `env`.
const withLocalBinaries = ([file = '', ...args]: readonly string[], root: string): Command => {
  const folders = binFolders(root)
  const env = { PATH: [...folders, process.env.PATH].filter(Boolean).join(delimiter) }
  if (file === 'node') return { file: process.execPath, args, cwd: root, env }
  const local = folders.map((folder) => join(folder, file)).find((path) => existsSync(path))
  if (!file.includes('/') && local !== undefined) {
    const real = realpathSync(local)
    if (isNodeScript(real)) return { file: process.execPath, args: [real, ...args], cwd: root, env }
  }
  return { file, args, cwd: root, env }
}

// As npm does for scripts: those of a workspace's packages are in its root.
const binFolders = (root: string): string[] => {
  const own = join(root, 'node_modules', '.bin')
  return [own, ...binFoldersAbove(root).filter((folder) => existsSync(folder))]
}

const binFoldersAbove = (folder: string): string[] => {
  const above = dirname(folder)
  return above === folder ? [] : [join(above, 'node_modules', '.bin'), ...binFoldersAbove(above)]
}

const isNodeScript = (file: string): boolean =>
  /^#!.*\bnode\s*$/.test(readFileSync(file, 'latin1').split('\n', 1)[0] ?? '')

/** The start script was called without words behind its name. */
export const noCommand = (): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LAUNCH-NO-COMMAND',
    what: 'The start script was not told what to start.',
    next: 'Give it the command of the app: node docker-entrypoint.js npm run start',
    exitCode: ExitCode.usage,
  })
