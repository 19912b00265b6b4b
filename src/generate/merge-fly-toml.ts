import { patch } from '@decimalturn/toml-patch'
import {
  asTable,
  type FlyTomlFacts,
  parseAsWritten,
  parseFlyToml,
  readFlyToml,
  type TomlTable,
  tableFor,
} from '../plan/fly-toml.ts'
import { asInFile } from '../plan/fly-toml-names.ts'
import { setupScript } from '../plan/marker.ts'
import { keepingLineEnds } from './line-ends.ts'

/**
 * An existing fly.toml with what it lacks of the wanted one. What is there stays, comments, order, indentation and line
 * ends too; only the process that dbsetup has to start is replaced, and figures that the plan was asked to change.
 * Sections that are missing come last, as generated.
 * @throws SW-FLY-TOML-INVALID
 */
export const mergeFlyToml = (existing: string, wanted: string): string =>
  keepingLineEnds(existing, (text) => {
    const before = parseFlyToml(text)
    const facts = readFlyToml(text)
    const [top = '', ...sections] = wanted.trimEnd().split('\n\n')
    const missing = sections
      .filter((section) => !isSettled(before, nameOf(section)))
      .map((section) => claimed(section, before, facts.process.group))
    const present = sections.filter(
      (section) => nameOf(section) in before && !hasOwnVersion(before, nameOf(section)),
    )
    const completed = [top, ...present].map(parseFlyToml).reduce(addMissing, before)
    const after = change(wire(completed, parseFlyToml(wanted)), facts, readFlyToml(wanted))
    const edited =
      JSON.stringify(after) === JSON.stringify(before)
        ? text
        : indented(text, patch(text, asInFile(after, parseAsWritten(text))))
    return append(edited, missing)
  })

/** `mounts` of a section that begins with `[mounts]` or `[[mounts]]`. */
const nameOf = (section: string): string => Object.keys(parseFlyToml(section))[0] ?? ''

const isSettled = (before: TomlTable, name: string): boolean => name in before || hasOwnVersion(before, name)

/** Sections that Fly knows by two names, that the user's own version replaces whole, or that `wire` sees to. */
const hasOwnVersion = (before: TomlTable, name: string): boolean =>
  name === 'build' ||
  (name === 'mounts' && 'mounts' in before) ||
  (name === 'http_service' && ('http_service' in before || 'services' in before)) ||
  (name === 'vm' && 'vm' in before) ||
  Array.isArray(before[name])

/** A new service in a file with processes says whose it is, which flyctl demands. */
const claimed = (section: string, before: TomlTable, group: string): string => {
  const service = asTable(parseFlyToml(section).http_service)
  const hasProcesses = Object.keys(asTable(before.processes) ?? {}).length > 0
  return hasProcesses && service && 'internal_port' in service && !('processes' in service)
    ? `${section}\n  processes = [${JSON.stringify(group)}]`
    : section
}

const addMissing = (before: TomlTable, wanted: TomlTable): TomlTable => {
  const after: TomlTable = { ...before }
  for (const [key, value] of Object.entries(wanted)) {
    const [old, added] = [asTable(before[key]), asTable(value)]
    if (!(key in before)) after[key] = value
    else if (old && added) after[key] = addMissing(old, added)
  }
  return after
}

/** The process of dbsetup, and who the mount and each service belong to. */
const wire = (toml: TomlTable, wanted: TomlTable): TomlTable => {
  const processes = asTable(toml.processes)
  const [group, command] = Object.entries(asTable(wanted.processes) ?? {})[0] ?? []
  const startsIt = group !== undefined && processes && !startsSetup(processes[group])
  const claim = (service: TomlTable): TomlTable =>
    group === undefined || 'processes' in service ? service : { ...service, processes: [group] }
  return {
    ...toml,
    ...(startsIt ? { processes: { ...processes, [group]: command } } : {}),
    ...mapTables(toml, 'http_service', claim),
    ...mapTables(toml, 'services', claim),
    ...mapTables(toml, 'mounts', (mount) => completeMount(mount, toml, wanted)),
  }
}

const startsSetup = (command: unknown): boolean =>
  typeof command === 'string' && command.includes(setupScript)

/** The mount of the database; growing is all or nothing to flyctl, so a mount that says one thing of it says it all. */
const completeMount = (mount: TomlTable, toml: TomlTable, wanted: TomlTable): TomlTable => {
  const ours = asTable(wanted.mounts)
  if (!ours || mount !== tableFor(toml.mounts, groupOf(ours))) return mount
  const isGrowing = Object.keys(mount).some((key) => key.startsWith('auto_extend_'))
  const additions = Object.entries(ours).filter(([key]) => !(isGrowing && key.startsWith('auto_extend_')))
  return addMissing(mount, Object.fromEntries(additions))
}

const groupOf = ({ processes }: TomlTable): string =>
  Array.isArray(processes) ? String(processes[0]) : 'app'

type Figure =
  | 'name'
  | 'region'
  | 'port'
  | 'size'
  | 'memoryMb'
  | 'swapMb'
  | 'volumeSizeGb'
  | 'volumeLimitGb'
  | 'snapshotDays'

/** The plan takes over what fly.toml says, so where the two differ the user has asked for it. */
const change = (toml: TomlTable, before: FlyTomlFacts, wanted: FlyTomlFacts): TomlTable => {
  const isAsked = (name: Figure): boolean =>
    before[name] !== null && wanted[name] !== null && before[name] !== wanted[name]
  const { group } = wanted.process
  const ofService = (service: TomlTable): TomlTable =>
    service.internal_port === before.port ? { ...service, internal_port: wanted.port } : service
  const ofMachine = ({ memory_mb: _older, ...vm }: TomlTable): TomlTable => ({
    ...vm,
    ...(isAsked('size') ? { size: wanted.size } : {}),
    memory: `${wanted.memoryMb}mb`,
  })
  const ofVolume = (mount: TomlTable): TomlTable => ({
    ...mount,
    ...(isAsked('volumeLimitGb') ? { auto_extend_size_limit: `${wanted.volumeLimitGb}GB` } : {}),
    ...(isAsked('volumeSizeGb') ? { initial_size: `${wanted.volumeSizeGb}GB` } : {}),
    ...(isAsked('snapshotDays') ? { snapshot_retention: wanted.snapshotDays } : {}),
  })
  const env = asTable(toml.env)
  return {
    ...toml,
    ...(isAsked('name') ? { app: wanted.name } : {}),
    ...(isAsked('region') ? { primary_region: wanted.region } : {}),
    ...(isAsked('swapMb') ? { swap_size_mb: wanted.swapMb } : {}),
    ...(isAsked('port')
      ? {
          ...(env ? { env: { ...env, PORT: String(wanted.port) } } : {}),
          ...mapTables(toml, 'http_service', ofService),
          ...mapTables(toml, 'services', ofService),
        }
      : {}),
    ...mapTables(toml, 'mounts', (mount) =>
      mount === tableFor(toml.mounts, group) ? ofVolume(mount) : mount,
    ),
    ...(isAsked('memoryMb') || isAsked('size')
      ? mapTables(toml, 'vm', (vm) => (vm === tableFor(toml.vm, group) ? ofMachine(vm) : vm))
      : {}),
  }
}

/** `[name]` or each `[[name]]` changed; nothing where there is none. */
const mapTables = (toml: TomlTable, name: string, map: (table: TomlTable) => TomlTable): TomlTable => {
  const value = toml[name]
  const mapOne = (each: unknown): unknown => {
    const table = asTable(each)
    return table ? map(table) : each
  }
  if (value === undefined) return {}
  return { [name]: Array.isArray(value) ? value.map(mapOne) : mapOne(value) }
}

/** New lines stand as far in as the line before them, which the library forgets behind a comment. */
const indented = (before: string, after: string): string => {
  const old = new Set(before.split('\n'))
  const lines: string[] = []
  for (const line of after.split('\n')) {
    const isNew = /^[\w"'-]+ = /.test(line) && !old.has(line)
    const [, space = ''] = /^([ \t]+)[\w"'-]+\s*=/.exec(lines.at(-1) ?? '') ?? []
    lines.push(isNew ? `${space}${line}` : line)
  }
  return lines.join('\n')
}

const append = (text: string, sections: string[]): string => {
  if (sections.length === 0) return text
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${start}${sections.map((section) => `\n${section}\n`).join('')}`
}
