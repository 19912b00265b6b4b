import { patch } from '@decimalturn/toml-patch'
import { asTable, parseFlyToml, type TomlTable } from '../plan/fly-toml.ts'
import { setupScript } from '../plan/marker.ts'

/**
 * An existing fly.toml with what it lacks of the wanted one. What is there stays, comments, order and indentation
 * too; only the process that dbsetup has to start is replaced. Sections that are missing come last, as generated.
 * @throws SW-FLY-TOML-INVALID
 */
export const mergeFlyToml = (existing: string, wanted: string): string => {
  const before = parseFlyToml(existing)
  const [top = '', ...sections] = wanted.trimEnd().split('\n\n')
  const missing = sections.filter((section) => !isSettled(before, nameOf(section)))
  const present = sections.filter(
    (section) => nameOf(section) in before && !hasOwnVersion(before, nameOf(section)),
  )
  const additions = [top, ...present].map(parseFlyToml)
  const after = wireSetup(additions.reduce(addMissing, before), asTable(parseFlyToml(wanted).processes))
  const edited = JSON.stringify(after) === JSON.stringify(before) ? existing : patch(existing, after)
  return append(edited, missing)
}

/** `mounts` of a section that begins with `[mounts]` or `[[mounts]]`. */
const nameOf = (section: string): string => Object.keys(parseFlyToml(section))[0] ?? ''

const isSettled = (before: TomlTable, name: string): boolean => name in before || hasOwnVersion(before, name)

/** Sections that Fly knows by two names, or that the user's own version replaces whole. */
const hasOwnVersion = (before: TomlTable, name: string): boolean =>
  name === 'build' ||
  (name === 'http_service' && ('http_service' in before || 'services' in before)) ||
  (name === 'vm' && ('vm' in before || 'compute' in before)) ||
  Array.isArray(before[name])

const addMissing = (before: TomlTable, wanted: TomlTable): TomlTable => {
  const after: TomlTable = { ...before }
  for (const [key, value] of Object.entries(wanted)) {
    const [old, added] = [asTable(before[key]), asTable(value)]
    if (!(key in before)) after[key] = value
    else if (old && added) after[key] = addMissing(old, added)
  }
  return after
}

/** With dbsetup, its process replaces the one that started the app, and every service says whose it is, as flyctl demands. */
const wireSetup = (toml: TomlTable, wanted: TomlTable | null): TomlTable => {
  const [group] = Object.keys(wanted ?? {})
  if (!wanted || group === undefined) return toml
  const processes = asTable(toml.processes)
  const claim = (service: unknown): unknown => {
    const table = asTable(service)
    return table && !('processes' in table) ? { ...table, processes: [group] } : service
  }
  const { http_service: http, services } = toml
  return {
    ...toml,
    ...(processes && !startsSetup(processes[group]) ? { processes: { ...processes, ...wanted } } : {}),
    ...(http === undefined ? {} : { http_service: claim(http) }),
    ...(services === undefined
      ? {}
      : { services: Array.isArray(services) ? services.map(claim) : claim(services) }),
  }
}

const startsSetup = (command: unknown): boolean =>
  typeof command === 'string' && command.includes(setupScript)

const append = (text: string, sections: string[]): string => {
  if (sections.length === 0) return text
  const newLine = text.includes('\r\n') ? '\r\n' : '\n'
  const start = text === '' || text.endsWith('\n') ? text : `${text}${newLine}`
  return `${start}${sections.map((section) => `\n${section}\n`.replaceAll('\n', newLine)).join('')}`
}
