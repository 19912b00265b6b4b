/** What stands at a path of keys in a parsed file, whose shape nobody has vouched for. */
export const valueAt = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)

/** The text at a path of keys; null for anything else and for the empty text. */
export const textAt = (value: unknown, ...path: string[]): string | null => {
  const found = valueAt(value, ...path)
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : null
}

/** The texts of a list, without what else is in it. */
export const textsAt = (value: unknown, ...path: string[]): string[] => {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : []
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
