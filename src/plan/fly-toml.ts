import { parse } from '@decimalturn/toml-patch'
import { reasonOf, SeaworthyError } from '../errors.ts'

/** What an existing fly.toml has settled already. */
export interface FlyTomlFacts {
  name: string | null
  region: string | null
  port: number | null
  memoryMb: number | null
  volume: { source: string; destination: string } | null
  /** The process group that serves the app, and its command where there is one. */
  process: { group: string; command: string | null }
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

export const readFlyToml = (text: string | null): FlyTomlFacts => {
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
    process: servingProcess(asTable(toml.processes) ?? {}, service),
  }
}

/** `512`, `"512mb"`, `"1gb"`: https://fly.io/docs/reference/configuration/#memory */
const megabytes = (memory: unknown): number | null => {
  const [, amount, unit] = /^(\d+)\s*(mb|gb)?$/i.exec(String(memory)) ?? []
  return amount === undefined ? null : Number(amount) * (unit?.toLowerCase() === 'gb' ? 1024 : 1)
}

const servingProcess = (processes: TomlTable, service: TomlTable | null): FlyTomlFacts['process'] => {
  const served = Array.isArray(service?.processes) ? asText(service.processes[0]) : null
  const group = served ?? ('app' in processes ? 'app' : Object.keys(processes)[0]) ?? 'app'
  return { group, command: asText(processes[group]) }
}

export const asTable = (value: unknown): TomlTable | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as TomlTable)
    : null

const firstTable = (value: unknown): TomlTable | null => asTable(Array.isArray(value) ? value[0] : value)

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
