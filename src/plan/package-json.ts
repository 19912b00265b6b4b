/** A table of package.json (`scripts`, `dependencies`, …) whose values are texts; empty when it is not there. */
export const packageTable = (packageJson: string | null, key: string): Record<string, string> => {
  const content: unknown = packageJson === null ? null : JSON.parse(packageJson)
  const table: unknown = isObject(content) ? content[key] : null
  return Object.fromEntries(
    Object.entries(isObject(table) ? table : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
