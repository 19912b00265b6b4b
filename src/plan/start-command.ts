import { usageError } from '../errors.ts'
import { withManager } from './build-steps.ts'
import type { ImageInputs } from './image-inputs.ts'
import { packageManagerOf } from './install-files.ts'
import { packageTable } from './package-json.ts'
import { shellWords } from './shell-words.ts'

/** What the image starts, word by word. */
export const startCommand = (inputs: ImageInputs): string[] => {
  const { profile, settings, own, process } = inputs
  const line = lineOf(inputs)
  if (own !== null) {
    const command = process === null ? own.command : shellWords(process)
    return command.length > 0 ? command : shellWords(line)
  }
  if (profile.framework?.output === 'static' && !settings.cmd) return ['nginx', '-g', 'daemon off;']
  if (settings.distroless) return wordsWithoutShell(inputs, line)
  if (settings.deferBuild && profile.build && !settings.cmd)
    return ['sh', '-c', `${settings.build ?? managed(inputs, profile.build)} && exec ${line}`]
  return shellWords(line)
}

const lineOf = (inputs: ImageInputs): string => {
  const { profile, settings } = inputs
  if (settings.cmd) return settings.cmd
  // The copy in the image has what is in `standalone` at its root: see `finalCopies`.
  const standalone = /^node \S+\/standalone\/(?:\S+\/)?(server\.js)$/.exec(profile.start ?? '')
  return standalone?.[1] ? `node ${standalone[1]}` : managed(inputs, profile.start ?? '')
}

/** The start script finds programs of node_modules by itself, and npx costs time and memory. */
const managed = (inputs: ImageInputs, command: string): string =>
  inputs.startScript === null
    ? withManager(command, packageManagerOf(inputs).name)
    : withManager(command, packageManagerOf(inputs).name).replace(/^(npx|bunx) /, '')

/**
 * Distroless has neither a shell nor a package manager: the script behind `npm run start`, if it is one plain command.
 * @throws SW-USAGE
 */
const wordsWithoutShell = ({ profile, files }: ImageInputs, line: string): string[] => {
  const [, script] = /^(?:npm|pnpm|yarn|bun) run (\S+)$/.exec(line) ?? []
  const command = script === undefined ? line : (packageTable(files.packageJson, 'scripts')[script] ?? '')
  const words = shellWords(command.replace(/^npx /, ''))
  if (words[0] === 'node' || words.length === 0) return words
  if (words[0] !== 'sh' && profile.packageManager.name !== 'pnpm')
    return ['node', `node_modules/.bin/${words[0]}`, ...words.slice(1)]
  throw usageError(
    `A distroless image cannot start "${command}": it has no shell.`,
    'Name a command that is Node and a script: --cmd="node server.js", or leave --distroless out.',
  )
}
