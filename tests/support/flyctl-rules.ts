import { parse } from '@decimalturn/toml-patch'
import { asTable, type TomlTable, tablesOf } from '../../src/plan/fly-toml.ts'
import { byToday } from '../../src/plan/fly-toml-names.ts'

/**
 * What `fly config validate --strict` refuses in a fly.toml, as far as we write it, for where there is no flyctl; the rules of
 * internal/appconfig/{config,patches,validation,strict_validate}.go in https://github.com/superfly/flyctl.
 * tests/generate/fly-toml.real.test.ts holds them to the real one.
 */
export const flyctlFaults = (text: string): string[] => {
  const toml = byToday(parse(text))
  return rules.flatMap((rule) => rule(toml))
}

const processesOf = (toml: TomlTable): TomlTable => asTable(toml.processes) ?? {}

const servicesOf = (toml: TomlTable): TomlTable[] => [
  ...tablesOf(toml.http_service),
  ...tablesOf(toml.services),
]

const rules: ((toml: TomlTable) => string[])[] = [
  (toml) => unknownKeys(toml, known.top, 'the file'),
  (toml) => tablesOf(toml.http_service).flatMap((each) => unknownKeys(each, known.service, 'http_service')),
  (toml) => typesOf(toml, { number: 'swap_size_mb', string: 'app primary_region kill_signal' }),
  (toml) =>
    servicesOf(toml).flatMap((each) => typesOf(each, { number: 'internal_port min_machines_running' })),
  (toml) => tablesOf(toml.mounts).flatMap((each) => typesOf(each, mountTypes)),
  (toml) => [toml, ...checksOf(toml)].flatMap(durations),
  (toml) =>
    servicesOf(toml)
      .filter((each) => Object.keys(processesOf(toml)).length > 0 && names(each.processes).length === 0)
      .map(() => 'a service has no processes but the app has'),
  (toml) =>
    [...servicesOf(toml), ...tablesOf(toml.restart)]
      .flatMap((each) => names(each.processes))
      .filter((name) => !groupsOf(toml).includes(name))
      .map((name) => `no process is called ${name}`),
  (toml) =>
    [...Object.values(processesOf(toml)), toml.console_command, asTable(toml.deploy)?.release_command]
      .filter((line) => line !== undefined && !isSplit.test(String(line)))
      .map((line) => `not split into words: ${line}`),
  (toml) => strategyFaults(asTable(toml.deploy)?.strategy, tablesOf(toml.mounts).length > 0),
  (toml) => tablesOf(toml.mounts).flatMap((mount) => [...growing(mount), ...sizeAndSnapshots(mount)]),
]

const known = {
  top: 'app primary_region kill_signal kill_timeout swap_size_mb console_command experimental build deploy env processes mounts http_service services checks files host_dedication_id machine_config container machine_checks restart vm statics metrics',
  service:
    'protocol internal_port force_https auto_stop_machines auto_start_machines min_machines_running processes concurrency tls_options http_options ports checks tcp_checks http_checks machine_checks',
}

const unknownKeys = (table: TomlTable, keys: string, where: string): string[] =>
  Object.keys(table)
    .filter((key) => !keys.split(' ').includes(key))
    .map((key) => `${where} has no key ${key}`)

const mountTypes = {
  number: 'snapshot_retention auto_extend_size_threshold',
  string: 'source destination auto_extend_size_increment auto_extend_size_limit',
}

const typesOf = (table: TomlTable, types: Record<string, string>): string[] =>
  Object.entries(types).flatMap(([type, keys]) =>
    keys
      .split(' ')
      .filter((key) => key in table && typeof table[key] !== type)
      .map((key) => `${key} is no ${type}`),
  )

const checksOf = (toml: TomlTable): TomlTable[] => servicesOf(toml).flatMap(({ checks }) => tablesOf(checks))

/** As Go reads them: https://pkg.go.dev/time#ParseDuration */
const durations = (table: TomlTable): string[] =>
  ['kill_timeout', 'interval', 'timeout', 'grace_period']
    .filter(
      (key) => typeof table[key] === 'string' && !/^(?:[\d.]+(?:ns|us|ms|s|m|h))*$/.test(`${table[key]}`),
    )
    .map((key) => `${key} is no duration`)

/** `app` is the process of an app that names none. */
const groupsOf = (toml: TomlTable): string[] => {
  const processes = Object.keys(processesOf(toml))
  return processes.length > 0 ? processes : ['app']
}

/** Every quote is closed, and something comes behind every backslash. */
const isSplit = /^(?:[^'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")*$/s

const strategyFaults = (strategy: unknown, hasMount: boolean): string[] => [
  ...(strategy === undefined || ['canary', 'rolling', 'immediate', 'bluegreen'].includes(`${strategy}`)
    ? []
    : [`no strategy ${strategy}`]),
  ...(strategy === 'canary' && hasMount ? ['canary with a mount'] : []),
]

/** 50 to 99 percent; 1 to 100 GB more each time; at most 500 GB, or as far as it goes. */
const growing = (mount: TomlTable): string[] => {
  const threshold = Number(mount.auto_extend_size_threshold ?? 0)
  const [step, limit] = [gigabytes(mount.auto_extend_size_increment), gigabytes(mount.auto_extend_size_limit)]
  if (threshold === 0 && step === 0 && limit === 0) return []
  return threshold >= 50 && threshold <= 99 && step >= 1 && step <= 100 && limit <= 500
    ? []
    : ['a mount grows by impossible figures']
}

const sizeAndSnapshots = ({ initial_size: size, snapshot_retention: days = 1 }: TomlTable): string[] => [
  ...(size === undefined || gigabytes(size) >= 1 ? [] : ['a volume is smaller than 1 GB']),
  ...(Number(days) >= 1 && Number(days) <= 60 ? [] : ['snapshots are kept for 1 to 60 days']),
]

/** A number without a unit is gigabytes. */
const gigabytes = (size: unknown): number => {
  const [, amount = 0, unit = 'gb'] = /^(\d+)\s*(gb?|mb?)?$/i.exec(String(size)) ?? []
  return Math.floor(Number(amount) / (/^m/i.test(unit) ? 1000 : 1))
}

const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
