import { posix } from 'node:path'
import { type ParseEntry, parse } from 'shell-quote'
import { type Stage, type Step, stageCalled } from './dockerfile-stages.ts'

/** Where a stage has a file of the app's folder, as absolute paths of the image; `file` is relative, with forward slashes. */
export const placesIn = (stage: Stage, file: string): string[] =>
  findPlaces(stage, { inContext: `/${file}`, madeBy: () => [] })

/** Where a stage has an installed package: its folders below node_modules. */
export const packagePlacesIn = (stage: Stage, name: string): string[] =>
  findPlaces(stage, {
    inContext: null,
    madeBy: (step) => installFolders(step).map((folder) => posix.join(folder, 'node_modules', name)),
  })

/** Commands that install an app's dependencies, in the order of the steps. */
export const installsIn = (steps: Step[]): string[][] =>
  steps.flatMap((step) => commandsOf(step).flatMap(({ words }) => (isInstall(words) ? [words] : [])))

interface Sought {
  /** Its path in the folder that is sent to the build, from `/`; null where that has none. */
  inContext: string | null
  madeBy: (step: Step) => string[]
}

const findPlaces = (stage: Stage, sought: Sought): string[] => {
  const inherited = stage.parent ? findPlaces(stage.parent, sought) : []
  const own = stage.steps.flatMap((step) => {
    if (step.keyword === 'RUN') return sought.madeBy(step)
    return step.keyword === 'COPY' || step.keyword === 'ADD'
      ? copiedTo(step, originOf(step, stage, sought))
      : []
  })
  return [...new Set([...inherited, ...own])]
}

/** Where the thing is in what a COPY takes from. */
const originOf = ({ flags }: Step, stage: Stage, sought: Sought): string[] => {
  if (flags.from === undefined) return sought.inContext === null ? [] : [sought.inContext]
  const origin = stageCalled(flags.from, stage)
  return origin ? findPlaces(origin, sought) : []
}

/** By Docker's rules: a folder's contents are copied, a file keeps its name in a folder. */
const copiedTo = ({ words, workdir }: Step, places: string[]): string[] => {
  const sources = words.slice(0, -1)
  const target = words.at(-1) ?? '.'
  const to = posix.resolve(workdir, target)
  const isFolder = sources.length > 1 || /(^|\/)\.?$/.test(target) || to === workdir
  return places.flatMap((place) =>
    sources.flatMap((source) => {
      const from = posix.join('/', source).replace(/(?<=.)\/$/, '')
      if (isMatch(from, place)) return [isFolder ? posix.join(to, posix.basename(place)) : to]
      const folder = from === '/' ? '/' : `${from}/`
      return place.startsWith(folder) ? [posix.join(to, place.slice(folder.length))] : []
    }),
  )
}

/** `*` and `?` as in https://docs.docker.com/reference/dockerfile/#copy: neither passes a slash. */
const isMatch = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  ).test(path)

interface ShellCommand {
  words: string[]
  folder: string
}

/** The simple commands of a RUN, each with the folder that a `cd` before it has led to. */
const commandsOf = ({ keyword, text, exec, workdir }: Step): ShellCommand[] => {
  if (keyword !== 'RUN') return []
  if (exec) return [{ words: exec, folder: workdir }]
  const commands: ShellCommand[] = []
  let folder = workdir
  for (const words of text.split('\n').flatMap((line) => simpleCommands(parse(line, (name) => `$${name}`)))) {
    if (words[0] === 'cd') folder = posix.resolve(folder, words[1] ?? '/root')
    else commands.push({ words, folder })
  }
  return commands
}

const simpleCommands = (entries: ParseEntry[]): string[][] => {
  const commands: string[][] = [[]]
  for (const entry of entries) {
    if (typeof entry === 'string') commands.at(-1)?.push(entry)
    else if ('op' in entry && entry.op === 'glob') commands.at(-1)?.push(entry.pattern)
    else if ('op' in entry) commands.push([])
  }
  return commands.map((words) =>
    words.slice(
      Math.max(
        words.findIndex((word) => !/^\w+=/.test(word)),
        0,
      ),
    ),
  )
}

const installFolders = (step: Step): string[] =>
  commandsOf(step).flatMap(({ words, folder }) => {
    if (isInstall(words))
      return [words.includes('deploy') ? posix.resolve(folder, words.at(-1) ?? '.') : folder]
    // Where it is moved to is anybody's guess; Node finds what is in /node_modules from everywhere.
    return isMove.has(words[0] ?? '') && words.some((word) => word.includes('node_modules')) ? ['/'] : []
  })

const isMove = new Set(['cp', 'mv', 'ln', 'rsync', 'tar'])

const installWords: Record<string, Set<string | undefined>> = {
  npm: new Set(['ci', 'clean-install', 'i', 'install', 'add']),
  yarn: new Set([undefined, 'install', 'add', 'workspaces']),
  pnpm: new Set(['i', 'install', 'add', 'deploy']),
  bun: new Set(['i', 'install', 'add']),
}

const isInstall = ([manager = '', ...rest]: string[]): boolean => {
  const verbs = rest.filter((word) => !word.startsWith('-'))
  const isGlobal = rest.some((word) => word === '-g' || word === '--global')
  const known = installWords[manager]
  if (!known || isGlobal) return false
  return known.has(verbs[0]) || (manager === 'pnpm' && verbs.includes('deploy'))
}
