export type TomlTable = Record<string, unknown>

/** What flyctl calls by these names too, as internal/appconfig/patches.go of https://github.com/superfly/flyctl has them. */
const otherNames: Record<string, string[]> = { mounts: ['mount'], vm: ['compute', 'computes'] }

/** The tables of a fly.toml by the names of today. */
export const byToday = (toml: TomlTable): TomlTable => {
  const names = Object.fromEntries(renamed(toml).map(([name, other]) => [other, name]))
  const { processes } = toml
  return {
    ...withNames(toml, names),
    ...(isList(processes) ? { processes: Object.fromEntries(processes.map(nameAndCommand)) } : {}),
  }
}

/** The same by the names that the file has. @param file its own tables. */
export const asInFile = (toml: TomlTable, file: TomlTable): TomlTable => {
  const names = Object.fromEntries(renamed(file))
  const { processes } = file
  return {
    ...withNames(toml, names),
    ...(isList(processes) ? { processes: asList({ ...(toml.processes as TomlTable) }, processes) } : {}),
  }
}

const withNames = (toml: TomlTable, names: Record<string, string>): TomlTable =>
  Object.fromEntries(Object.entries(toml).map(([name, value]) => [names[name] ?? name, value]))

/** Today's name and the file's, where they differ. */
const renamed = (file: TomlTable): [string, string][] =>
  Object.entries(otherNames).flatMap(([name, others]) => {
    const other = others.find((each) => each in file)
    return other === undefined || name in file ? [] : [[name, other] as [string, string]]
  })

/** `[[processes]]`, each with `name` and `command`. */
const isList = (processes: unknown): processes is TomlTable[] => Array.isArray(processes)

const asList = (commands: TomlTable, before: TomlTable[]): TomlTable[] =>
  Object.entries(commands).map(([name, command]) => ({
    ...(before.find((each) => each.name === name) ?? { name }),
    command,
  }))

const nameAndCommand = ({ name, command }: TomlTable): [string, unknown] => [String(name), command ?? '']
