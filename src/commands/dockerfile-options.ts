import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import {
  type DockerfileOptions,
  type flagKeys,
  type PerStage,
  type Stage,
  stages,
  type textKeys,
  withoutDefaults,
} from '../plan/dockerfile-options.ts'
import type { PlanOptions } from '../plan/options.ts'
import type { DeployPlan } from '../plan/plan-types.ts'

type Flags = Record<string, unknown>

/** An option of dockerfile-node. */
interface Row {
  /** As one types them; all mean the same. */
  names: string[]
  value: '' | '<command>' | '<size>' | '<folder>' | '<path>' | '<names...>' | '<name:value...>'
  about: string
  /** The options with what was typed. */
  set: (options: DockerfileOptions, typed: string[]) => DockerfileOptions
}

const flag = (names: string[], key: (typeof flagKeys)[number], about: string): Row => ({
  names,
  value: '',
  about,
  set: (options, [typed]) => ({ ...options, [key]: typed === 'true' }),
})

const text = (names: string[], value: Row['value'], key: (typeof textKeys)[number], about: string): Row => ({
  names,
  value,
  about,
  set: (options, [typed = '']) => ({ ...options, [key]: typed }),
})

/** One row for each stage; the plain name is that of one of them. */
const perStage = (
  name: string,
  plain: Stage,
  value: Row['value'],
  about: string,
  setOf: (stage: Stage) => Row['set'],
): Row[] =>
  stages.map((stage) => ({
    names: [`--${name}-${stage}`, ...(stage === plain ? [`--${name}`] : [])],
    value,
    about: `${about} (${stage})`,
    set: setOf(stage),
  }))

const inStage = <Value>(
  table: PerStage<Value> | undefined,
  stage: Stage,
  change: (old: Value | undefined) => Value,
): PerStage<Value> => ({ ...table, [stage]: change(table?.[stage]) })

const added = (old: string[] = [], names: string[] = []): string[] => [...new Set([...old, ...names])]
const removed = (old: string[] = [], names: string[] = []): string[] =>
  old.filter((name) => !names.includes(name))

/** `NAME:value`; without a value the variable is taken out. */
const assigned = (old: Record<string, string> = {}, typed: string[] = []): Record<string, string> => {
  const table = new Map(Object.entries(old))
  for (const pair of typed) {
    const [, name = '', value = ''] = /^(\w+)[:=]?(.*)$/s.exec(pair) ?? []
    if (value === '') table.delete(name)
    else table.set(name, value)
  }
  return Object.fromEntries(table)
}

const rows: Row[] = [
  flag(['--alpine'], 'alpine', 'Alpine as the base image'),
  text(['--build'], '<command>', 'build', 'command that builds the app'),
  flag(['--bun'], 'bun', 'Bun instead of Node'),
  text(['--cmd'], '<command>', 'cmd', 'CMD of the image'),
  flag(['--cache'], 'cache', 'keep downloads between builds of the image'),
  flag(['--defer-build'], 'deferBuild', 'build the app when the container starts'),
  flag(['--dev'], 'dev', 'keep the development dependencies'),
  flag(['--distroless'], 'distroless', 'an image without shell and package manager'),
  text(['--entrypoint'], '<command>', 'entrypoint', 'ENTRYPOINT of the image, after the start script'),
  flag(['-i, --ignore-scripts'], 'ignoreScripts', 'install without the scripts of packages'),
  flag(['--legacy-peer-deps'], 'legacyPeerDeps', 'let npm ignore peer dependencies'),
  flag(['--litefs'], 'litefs', 'refused: Litestream takes its place'),
  flag(['--link'], 'link', 'COPY --link'),
  text(['--nginx-root', '--nginxRoot'], '<folder>', 'nginxRoot', 'refused: Fly can serve the files'),
  text(['-s, --swap'], '<size>', 'swap', 'swap of the machine: 512M, 1G'),
  flag(['-w, --windows'], 'windows', 'mend line endings and permissions that Windows has lost'),
  ...perStage('add', 'deploy', '<names...>', 'Debian packages to add', (stage) => (options, names) => ({
    ...options,
    packages: inStage(options.packages, stage, (old) => added(old, names)),
  })),
  ...perStage(
    'remove',
    'deploy',
    '<names...>',
    'Debian packages to add no more',
    (stage) => (options, names) => ({
      ...options,
      packages: inStage(options.packages, stage, (old) => removed(old, names)),
    }),
  ),
  ...perStage('env', 'deploy', '<name:value...>', 'environment variables', (stage) => (options, pairs) => ({
    ...options,
    envs: inStage(options.envs, stage, (old) => assigned(old, pairs)),
  })),
  ...perStage('arg', 'base', '<name:value...>', 'build arguments', (stage) => (options, pairs) => ({
    ...options,
    args: inStage(options.args, stage, (old) => assigned(old, pairs)),
  })),
  ...perStage(
    'instructions',
    'deploy',
    '<path>',
    'file with lines for the Dockerfile',
    (stage) =>
      (options, [path = '']) => ({
        ...options,
        instructions: inStage(options.instructions, stage, () => path),
      }),
  ),
  {
    names: ['--mount-secret'],
    value: '<names...>',
    about: 'secrets that the build sees',
    set: (options, names) => ({ ...options, secrets: added(options.secrets, names) }),
  },
  {
    names: ['--unmount-secret'],
    value: '<names...>',
    about: 'secrets that the build sees no more',
    set: (options, names) => ({ ...options, secrets: removed(options.secrets, names) }),
  },
]

const optionsOf = ({ names, value, about }: Row): Option[] =>
  names.flatMap((name, index) => {
    const option = new Option(`${name} ${value}`.trim(), about).hideHelp(index > 0)
    const negated = new Option(name.replace(/^.*--/, '--no-')).hideHelp()
    return value === '' ? [option, negated] : [option]
  })

export const addDockerfileOptions = (command: Command): Command =>
  rows
    .flatMap(optionsOf)
    .reduce((result, option) => result.addOption(option), command)
    .option('--skip', 'keep files that differ, and ask nothing')

/** `--skip` is what `--yes` says for files. */
export const withSkip = <Given extends { yes?: boolean; skip?: boolean }>(flags: Given): Given =>
  flags.skip ? { ...flags, yes: true } : flags

/** Says of options of the image that they change nothing where it is the user's own. */
export const remarkOwnDockerfile = (plan: DeployPlan, options: PlanOptions, ctx: Context): void => {
  if (plan.image.isOwnDockerfile && options.dockerfile)
    ctx.log(
      'The Dockerfile is your own and is left alone: the options for it are kept in package.json alone.',
    )
}

/** What was asked for now upon what package.json has; null when nothing was. */
export const applyDockerfileOptions = (
  saved: DockerfileOptions | null,
  flags: Flags,
): DockerfileOptions | null => {
  const before = saved ?? {}
  const after = rows.reduce((options, row) => {
    const typed = optionsOf(row)
      .filter(({ negate }) => !negate)
      .flatMap((option) => flags[option.attributeName()] ?? [])
    return typed.length === 0 ? options : row.set(options, typed.map(String))
  }, before)
  return after === before ? null : withoutDefaults(after)
}
