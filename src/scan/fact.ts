/** A value with the place it was found at: `package.json#engines.node`, `prisma/schema.prisma:7`, `default`. */
export interface Fact<Value> {
  value: Value
  from: string
}

export const fact = <Value>(value: Value, from: string): Fact<Value> => ({ value, from })

/** The first of several sources that says something; they are asked in turn. */
export const firstFact = <Value>(sources: (() => Fact<Value> | null)[]): Fact<Value> | null => {
  for (const source of sources) {
    const found = source()
    if (found) return found
  }
  return null
}
