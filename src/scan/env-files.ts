import { parseEnv } from 'node:util'
import { type Fact, fact } from './fact.ts'
import type { SourceTree } from './source-tree.ts'

/** The value of a variable in the first of the files that sets it. */
export const valueInEnvFiles = (
  tree: SourceTree,
  files: readonly string[],
  name: string,
): Fact<string> | null => {
  for (const file of files) {
    const text = tree.read(file)
    const values = text === null ? {} : parseEnv(text)
    const value = values[name]
    if (value) return fact(expanded(value, values), `${file}#${name}`)
  }
  return null
}

// Prisma loads .env with dotenv-expand: a value may name variables of the same file.
const expanded = (value: string, values: NodeJS.Dict<string>): string =>
  value.replace(/\$\{(\w+)\}|\$(\w+)/g, (written, braced, bare) => values[braced ?? bare] ?? written)
