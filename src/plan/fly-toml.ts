import { parse } from '@decimalturn/toml-patch'
import { reasonOf, SeaworthyError } from '../errors.ts'
import { type ServingProcess, servingProcess } from './serving-process.ts'

/** What an existing fly.toml has settled already. */
export interface FlyTomlFacts {
  name: string | null
  region: string | null
  port: number | null
  memoryMb: number | null
  volume: { source: string; destination: string } | null
  process: ServingProcess
}

export type TomlTable = Record<string, unknown>

/**
 * The tables of a fly.toml.
 * @throws SW-FLY-TOML-INVALID when it is no TOML.
 */
export const parseFlyToml = (text: string): TomlTable => {
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
  const service = asTable(toml.http_service) ?? firstTable(toml.services)
  const mount = firstTable(toml.mounts)
  const source = asText(mount?.source)
  const destination = asText(mount?.destination)
  return {
    name: asText(toml.app),
    region: asText(toml.primary_region),
    port: typeof service?.internal_port === 'number' ? service.internal_port : null,
    memoryMb: megabytes(firstTable(toml.vm)?.memory),
    volume: source && destination ? { source, destination } : null,
    process: servingProcess(commandsOf(toml.processes), groupsOf(service), starts),
  }
}

/** `512`, `"512mb"`, `"1gb"`: https://fly.io/docs/reference/configuration/#memory */
const megabytes = (memory: unknown): number | null => {
  const [, amount, unit] = /^(\d+)\s*(mb|gb)?$/i.exec(String(memory)) ?? []
  return amount === undefined ? null : Number(amount) * (unit?.toLowerCase() === 'gb' ? 1024 : 1)
}

const commandsOf = (processes: unknown): Record<string, string | null> =>
  Object.fromEntries(Object.entries(asTable(processes) ?? {}).map(([group, line]) => [group, asText(line)]))

const groupsOf = (service: TomlTable | null): string[] =>
  Array.isArray(service?.processes) ? service.processes.filter((group) => asText(group) !== null) : []

export const asTable = (value: unknown): TomlTable | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as TomlTable)
    : null

const firstTable = (value: unknown): TomlTable | null => asTable(Array.isArray(value) ? value[0] : value)

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
