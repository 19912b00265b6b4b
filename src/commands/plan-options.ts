import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Context } from '../context.ts'
import {
  type LitestreamVersion,
  litestreamVersions,
  type PlanOptions,
  type RememberedOptions,
} from '../plan/plan-types.ts'

/** Values of the options that every command with a plan takes. */
export interface PlanFlags {
  name?: string
  region?: string
  memory?: number
  port?: number
  backup?: boolean
  package?: string
  litestream?: LitestreamVersion
}

export const addPlanOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'name of the app', asName)
    .option('--region <code>', 'region of Fly, e.g. ams', asRegion)
    .option('--memory <megabytes>', 'memory of the machine: 512, 1024, 1gb …', asMegabytes)
    .option('--port <number>', 'port that the app listens on', asPort)
    .option('--backup', 'a bucket after all, where an earlier run was told --no-backup')
    .option('--no-backup', 'no bucket: when volume or machine are lost, so is the data')
    .option('--package <spec>', 'what npm installs as seaworthy: a version, a tarball')
    .addOption(new Option('--litestream <version>', 'version of Litestream').choices(litestreamVersions))

/** Without the options that were not given; a path to a tarball is made absolute. */
export const planOptions = (flags: PlanFlags, ctx: Context): PlanOptions => {
  const { name, region, memory, port, backup, package: spec, litestream } = flags
  return {
    ...(name === undefined ? {} : { name }),
    ...(region === undefined ? {} : { region }),
    ...(memory === undefined ? {} : { memory }),
    ...(port === undefined ? {} : { port }),
    ...(spec === undefined
      ? {}
      : { package: isPath(spec) ? resolve(ctx.cwd, spec.replace(/^file:/, '')) : spec }),
    ...(litestream === undefined ? {} : { litestream }),
    ...(backup === undefined ? {} : { backup }),
  }
}

/** Those that are kept for the next run. */
export const toRemember = ({
  package: _spec,
  files: _files,
  remembered: _earlier,
  ...kept
}: PlanOptions): RememberedOptions => kept

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

export const asRegion = rule((text) => (/^[a-z]{3}$/.test(text) ? text : null), 'Three letters, e.g. ams.')

export const asMegabytes = rule((text) => {
  const [, amount, unit = ''] = /^(\d+)\s*(m|mb|g|gb)?$/i.exec(text) ?? []
  const megabytes = Number(amount) * (unit.toLowerCase().startsWith('g') ? 1024 : 1)
  return megabytes >= 256 ? megabytes : null
}, 'At least 256 megabytes, e.g. 512 or 1gb.')

export const asPort = rule((text) => {
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}, 'A number from 1 to 65535.')
