import { posix } from 'node:path'
import { parse } from '@decimalturn/toml-patch'
import { reasonOf, SeaworthyError } from '../errors.ts'
import { byToday, type TomlTable } from './fly-toml-names.ts'
import { type ServingProcess, servingProcess } from './serving-process.ts'

/** What an existing fly.toml has settled already. */
export interface FlyTomlFacts {
  name: string | null
  region: string | null
  port: number | null
  /** What `[[vm]]` says; null where there is none. */
  size: string | null
  memoryMb: number | null
  swapMb: number | null
  volume: { source: string; destination: string } | null
  /** In gigabytes and days; null where it does not say. */
  volumeSizeGb: number | null
  volumeLimitGb: number | null
  snapshotDays: number | null
  process: ServingProcess
  env: Record<string, string>
}

/** `dockerfile` is relative to the folder of fly.toml. Null: the file `Dockerfile`, and its last stage. */
export interface BuildFacts {
  dockerfile: string | null
  target: string | null
}

export type { TomlTable }

/**
 * The tables of a fly.toml, by the names that they have today.
 * @throws SW-FLY-TOML-INVALID when it is no TOML.
 */
export const parseFlyToml = (text: string): TomlTable => byToday(parseAsWritten(text))

/** The same by the names that the file has. @throws SW-FLY-TOML-INVALID */
export const parseAsWritten = (text: string): TomlTable => {
  try {
    return asTable(parse(text)) ?? {}
  } catch (error) {
    throw new SeaworthyError({
      code: 'SW-FLY-TOML-INVALID',
      what: 'fly.toml cannot be read.',
      why: reasonOf(error),
      next: 'Mend that line of fly.toml (`fly config validate` checks it), or move the file away, and run this again.',
      cause: error,
    })
  }
}

/** @param starts what the Dockerfile and package.json start: a process with that command is the app's. */
export const readFlyToml = (text: string | null, starts: string[][] = []): FlyTomlFacts => {
  const toml = text === null ? {} : parseFlyToml(text)
  const service = asTable(toml.http_service) ?? tablesOf(toml.services)[0] ?? null
  const serving = servingProcess(commandsOf(toml.processes), groupsOf(service), starts)
  const mount = tableFor(toml.mounts, serving.group)
  const vm = tableFor(toml.vm, serving.group)
  const source = asText(mount?.source)
  const destination = asText(mount?.destination)
  return {
    name: asText(toml.app),
    region: asText(toml.primary_region),
    port: asNumber(service?.internal_port) ?? asNumber(asTable(toml.env)?.PORT),
    size: asText(vm?.size),
    memoryMb: vm && memoryOf(vm),
    swapMb: asNumber(toml.swap_size_mb),
    volume: source && destination ? { source, destination } : null,
    volumeSizeGb: gigabytes(mount?.initial_size),
    volumeLimitGb: gigabytes(mount?.auto_extend_size_limit),
    snapshotDays: asNumber(mount?.snapshot_retention),
    process: serving,
    env: textsIn(toml.env),
  }
}

/** The file and stage that Fly builds, as `[build]` says. @throws SW-FLY-TOML-INVALID */
export const readBuild = (text: string | null): BuildFacts => {
  const build = asTable(text === null ? null : parseFlyToml(text).build)
  const dockerfile = asText(build?.dockerfile)
  return {
    // flyctl joins it to the folder of fly.toml: `/other/Dockerfile` lies in there too.
    dockerfile: dockerfile && posix.join('.', dockerfile),
    target: asText(build?.['build-target']),
  }
}

/** Without a figure it is what Fly gives that size: https://fly.io/docs/about/pricing/#compute */
const memoryOf = (vm: TomlTable): number => {
  const [, kind, cpus] = /^(shared-cpu|performance)-(\d+)x$/.exec(asText(vm.size) ?? '') ?? []
  const perCpu = (kind ?? `${vm.cpu_kind}`) === 'performance' ? 2048 : 256
  return megabytes(vm.memory) ?? asNumber(vm.memory_mb) ?? perCpu * (Number(cpus) || asNumber(vm.cpus) || 1)
}

/** `512`, `"512mb"`, `"1gb"`: https://fly.io/docs/reference/configuration/#memory */
const megabytes = (memory: unknown): number | null => {
  const [, amount, unit] = /^(\d+)\s*(mb|gb)?$/i.exec(String(memory)) ?? []
  return amount === undefined ? null : Number(amount) * (unit?.toLowerCase() === 'gb' ? 1024 : 1)
}

/** `1`, `"1gb"`, `"10GB"`. */
const gigabytes = (size: unknown): number | null => {
  const [, amount] = /^(\d+)\s*(?:gb?)?$/i.exec(String(size)) ?? []
  return amount === undefined ? null : Number(amount)
}

const textsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asTable(value) ?? {}).filter(
      (entry): entry is [string, string] => asText(entry[1]) !== null,
    ),
  )

const commandsOf = (processes: unknown): Record<string, string | null> =>
  Object.fromEntries(Object.entries(asTable(processes) ?? {}).map(([group, line]) => [group, asText(line)]))

const groupsOf = (service: TomlTable | null): string[] =>
  Array.isArray(service?.processes) ? service.processes.filter((group) => asText(group) !== null) : []

export const asTable = (value: unknown): TomlTable | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as TomlTable)
    : null

/** Of several mounts or machine sizes the one of that process group. */
export const tableFor = (value: unknown, group: string): TomlTable | null => {
  const tables = tablesOf(value)
  return tables.find((table) => groupsOf(table).includes(group)) ?? tables.find(isForAll) ?? tables[0] ?? null
}

const isForAll = (table: TomlTable): boolean => groupsOf(table).length === 0

/** The tables of `[[name]]`, or the one of `[name]`. */
export const tablesOf = (value: unknown): TomlTable[] =>
  (Array.isArray(value) ? value : [value]).map(asTable).filter((table) => table !== null)

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const asNumber = (value: unknown): number | null =>
  (typeof value === 'number' || (typeof value === 'string' && value !== '')) && Number.isFinite(Number(value))
    ? Number(value)
    : null
