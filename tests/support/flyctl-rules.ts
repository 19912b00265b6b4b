import { parse } from '@decimalturn/toml-patch'
import { parse as splitWords } from 'shell-quote'

/**
 * What `fly config validate --strict` would refuse in a fly.toml, as far as we write it: the keys it knows and the rules of
 * internal/appconfig/{config,service,validation}.go in https://github.com/superfly/flyctl.
 */
export const flyctlFaults = (text: string): string[] => {
  const toml: Table = parse(text)
  const processes = Object.keys(asTable(toml.processes))
  const groups = processes.length > 0 ? processes : ['app']
  const services = [...tables(toml.http_service), ...tables(toml.services)]
  return [
    ...unknownKeys(toml, known.top, 'top'),
    ...services.flatMap((service) => unknownKeys(service, known.service, 'service')),
    ...tables(toml.mounts).flatMap((mount) => [
      ...unknownKeys(mount, known.mount, 'mount'),
      ...growing(mount),
    ]),
    ...tables(toml.vm).flatMap((vm) => unknownKeys(vm, known.vm, 'vm')),
    ...services
      .filter((service) => processes.length > 0 && names(service.processes).length === 0)
      .map(() => 'a service has no processes but the app has'),
    ...[...services, ...tables(toml.mounts), ...tables(toml.vm)]
      .flatMap(({ processes: of }) => names(of))
      .filter((name) => !groups.includes(name))
      .map((name) => `no process is called ${name}`),
    ...Object.entries(asTable(toml.processes))
      .filter(([, line]) => splitWords(String(line)).some((word) => typeof word !== 'string'))
      .map(([name]) => `the command of ${name} is not split into words`),
    ...services.flatMap(({ checks }) => tables(checks)).flatMap(checkFaults),
    ...(asTable(toml.deploy).strategy === 'canary' && tables(toml.mounts).length > 0
      ? ['canary with a mount']
      : []),
    ...Object.entries(asTable(toml.env))
      .filter(([, value]) => typeof value !== 'string')
      .map(([name]) => `env ${name} is no text`),
  ]
}

type Table = Record<string, unknown>

const known = {
  top: 'app primary_region kill_signal kill_timeout swap_size_mb console_command experimental build deploy env processes mounts http_service services checks files host_dedication_id machine_config container machine_checks restart vm statics metrics',
  service:
    'protocol internal_port force_https auto_stop_machines auto_start_machines min_machines_running processes concurrency tls_options http_options ports checks tcp_checks http_checks machine_checks',
  mount:
    'source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit processes',
  vm: 'size memory cpu_kind cpus memory_mb gpus gpu_kind host_dedication_id kernel_args processes',
}

const unknownKeys = (table: Table, names: string, where: string): string[] =>
  Object.keys(table)
    .filter((key) => !names.split(' ').includes(key))
    .map((key) => `${where} has no key ${key}`)

/** All three or none; 50 to 99 percent; 1 to 100 GB more each time, at most 500 GB. */
const growing = (mount: Table): string[] => {
  const threshold = Number(mount.auto_extend_size_threshold ?? 0)
  const [step, limit] = [gigabytes(mount.auto_extend_size_increment), gigabytes(mount.auto_extend_size_limit)]
  if (threshold === 0 && step === 0 && limit === 0) return []
  return threshold >= 50 && threshold <= 99 && step >= 1 && step <= 100 && limit >= 0 && limit <= 500
    ? []
    : ['a mount grows by impossible figures']
}

const gigabytes = (size: unknown): number => Number(/^(\d+)\s*gb?$/i.exec(String(size))?.[1] ?? 0)

/** Between a second and a minute. */
const checkFaults = (check: Table): string[] =>
  ['interval', 'timeout', 'grace_period']
    .filter((key) => !/^([1-9]|[1-5]\d)s$|^1m0?s?$/.test(String(check[key])))
    .map((key) => `${key} of a check is ${check[key]}`)

const asTable = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {}

const tables = (value: unknown): Table[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(asTable)

const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
