import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Context } from '../context.ts'
import { readDockerfileOptions } from '../plan/dockerfile-options.ts'
import type { PlanOptions, RememberedOptions } from '../plan/options.ts'
import { type LitestreamVersion, litestreamVersions } from '../plan/plan-types.ts'
import { type ContextFlags, contextOption } from './docker-target.ts'
import { addDockerfileOptions, applyDockerfileOptions } from './dockerfile-options.ts'
import type { Project } from './project.ts'

/** Values of the options that every command with a plan takes. */
export interface PlanFlags extends ContextFlags, Record<string, unknown> {
  target?: 'fly' | 'compose'
  /** False: `--no-domain`. */
  domain?: string | false
  bucketServer?: boolean
  name?: string
  region?: string
  vmSize?: string
  memory?: number
  volumeSize?: number
  volumeLimit?: number
  snapshotRetention?: number
  retention?: number
  seed?: boolean
  github?: boolean
  staging?: string
  port?: number
  backup?: boolean
  package?: string
  skip?: boolean
  /** Plain: Litestream after all, in the version that it had. */
  litestream?: LitestreamVersion | boolean
}

export const addPlanOptions = (command: Command): Command =>
  addDockerfileOptions(command)
    .addOption(targetOption())
    .option(
      '--domain <name>',
      'with compose: what Caddy answers for, with TLS; releases follow without a gap',
      asDomain,
    )
    .option('--no-domain', 'no Caddy, where an earlier run was told --domain')
    .option('--bucket-server', 'with compose: a bucket on the same machine, for a try')
    .option('--no-bucket-server', 'another bucket, where an earlier run was told --bucket-server')
    .option('--context <name>', 'with compose: context of Docker, the machine to deploy to', asContext)
    .option('--no-context', 'the machine that Docker is at, where an earlier run was told --context')
    .option('--name <name>', 'name of the app', asName)
    .option('--region <code>', 'region of Fly, e.g. ams', asRegion)
    .option('--vm-size <size>', 'size of the machine, e.g. shared-cpu-2x: fly platform vm-sizes', asSize)
    .option('--memory <megabytes>', 'memory of the machine: 512, 1024, 1gb …', asMegabytes)
    .option('--volume-size <gigabytes>', 'size of a volume that is yet to be made', asGigabytes)
    .option('--volume-limit <gigabytes>', 'what the volume may grow to', asGigabytes)
    .option('--snapshot-retention <days>', "how long Fly's snapshots of the volume are kept", asSnapshotDays)
    .option('--retention <days>', 'how far back the backup goes', asDays)
    .option('--seed', 'fill a new database with the seed, where an earlier run was told --no-seed')
    .option('--no-seed', 'a new database stays as the migrations make it')
    .option('--github', 'a workflow of GitHub Actions that tests and deploys')
    .option('--no-github', 'no such workflow, where an earlier run was told --github')
    .option(
      '--staging <name>',
      'with --github, on Fly: a second app that the branch staging is deployed to',
      asName,
    )
    .option('--port <number>', 'port that the app listens on', asPort)
    .option('--backup', 'a bucket after all, where an earlier run was told --no-backup')
    .option('--no-backup', 'no bucket: when volume or machine are lost, so is the data')
    .option('--package <spec>', 'what npm installs as seaworthy: a version, a tarball')
    .addOption(
      new Option('--litestream [version]', 'version of Litestream, or Litestream after all').choices(
        litestreamVersions,
      ),
    )
    .addOption(new Option('--no-litestream', 'as --no-backup').hideHelp())

export const targetOption = (): Option =>
  new Option('--target <target>', 'where it is to run').choices(['fly', 'compose'])

/** Without the options that were not given; a path to a tarball is made absolute. */
export const planOptions = (flags: PlanFlags, { files }: Project, ctx: Context): PlanOptions => {
  const { package: spec, litestream } = flags
  const backup = flags.backup ?? (typeof litestream === 'boolean' ? litestream : undefined)
  const saved = readDockerfileOptions(files.packageJson)
  const changed = applyDockerfileOptions(saved, flags)
  const dockerfile =
    litestream === undefined ? changed : { ...(changed ?? saved), litestream: litestream !== false }
  return {
    ...given({
      target: flags.target,
      domain: flags.domain === false ? '' : flags.domain,
      bucketServer: flags.bucketServer,
      name: flags.name,
      region: flags.region,
      size: flags.vmSize,
      memory: flags.memory,
      volumeSize: flags.volumeSize,
      volumeLimit: flags.volumeLimit,
      snapshotDays: flags.snapshotRetention,
      retention: flags.retention,
      seed: flags.seed,
      github: flags.github,
      staging: flags.staging,
      port: flags.port,
    }),
    ...contextOption(flags),
    ...(spec === undefined
      ? {}
      : { package: isPath(spec) ? resolve(ctx.cwd, spec.replace(/^file:/, '')) : spec }),
    ...(typeof litestream === 'string' ? { litestream } : {}),
    ...(dockerfile === null ? {} : { dockerfile }),
    ...(backup === undefined ? {} : { backup }),
  }
}

/** Those that are kept for the next run. */
export const toRemember = ({
  package: _spec,
  files: _files,
  dockerfile: _inPackageJson,
  remembered: _earlier,
  ...kept
}: PlanOptions): RememberedOptions => kept

const given = <Values extends Record<string, unknown>>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never

const isPath = (spec: string): boolean => /^(file:|\.{0,2}\/)|\.tgz$/.test(spec) && !spec.includes('://')

const rule =
  <Value>(read: (text: string) => Value | null, fault: string) =>
  (text: string): Value => {
    const value = read(text)
    if (value === null) throw new InvalidArgumentError(fault)
    return value
  }

/** As Fly takes it: lower case letters, digits, dashes. */
export const asName = rule(
  (text) => (/^[a-z0-9][a-z0-9-]*$/.test(text) ? text : null),
  'Lower case letters, digits and dashes.',
)

/** As a Caddyfile takes it: a name, with a port where that is another. Empty: none. */
export const asDomain = rule(
  (text) => (/^([\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*(:\d+)?)?$/u.test(text) ? text : null),
  'A name such as example.com.',
)

/** As Docker takes it. Empty: none. */
export const asContext = rule(
  (text) => (/^([a-zA-Z0-9][a-zA-Z0-9_.+-]+)?$/.test(text) ? text : null),
  'A name that docker context ls shows.',
)

export const asRegion = rule((text) => (/^[a-z]{3}$/.test(text) ? text : null), 'Three letters, e.g. ams.')

export const asMegabytes = rule((text) => {
  const [, amount, unit = ''] = /^(\d+)\s*(m|mb|g|gb)?$/i.exec(text) ?? []
  const megabytes = Number(amount) * (unit.toLowerCase().startsWith('g') ? 1024 : 1)
  return megabytes >= 256 ? megabytes : null
}, 'At least 256 megabytes, e.g. 512 or 1gb.')

/** One of Fly's: https://fly.io/docs/about/pricing/#started-fly-machines */
export const asSize = rule(
  (text) => (/^(shared-cpu|performance)-(1|2|4|6|8|10|12|14|16)x$/.test(text) ? text : null),
  'A size such as shared-cpu-1x or performance-2x.',
)

const whole = (text: string, most: number, unit: RegExp): number | null => {
  const [, digits] = unit.exec(text) ?? []
  const amount = Number(digits)
  return digits !== undefined && amount >= 1 && amount <= most ? amount : null
}

/** A volume of Fly has 500 gigabytes at most. */
export const asGigabytes = rule(
  (text) => whole(text, 500, /^(\d+)\s*(?:g|gb)?$/i),
  'Whole gigabytes from 1 to 500, e.g. 3.',
)

export const asDays = rule((text) => whole(text, 3650, /^(\d+)\s*d?$/i), 'Whole days, 1 or more.')

/** What Fly keeps: https://fly.io/docs/volumes/snapshots/ */
export const asSnapshotDays = rule((text) => whole(text, 60, /^(\d+)\s*d?$/i), 'Whole days from 1 to 60.')

export const asPort = rule((text) => {
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}, 'A number from 1 to 65535.')
