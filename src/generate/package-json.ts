import { applyEdits, modify, parse } from 'jsonc-parser'
import { type DockerfileOptions, flagKeys, textKeys } from '../plan/dockerfile-options.ts'

/** The part of package.json that is ours: the options of the image, as dockerfile-node keeps them. */
export const packageJson = (options: DockerfileOptions): string =>
  `${JSON.stringify({ dockerfile: options }, null, 2)}\n`

/** All keys of `dockerfile` that are ours to set and to remove. */
const keys: readonly string[] = [
  ...flagKeys,
  ...textKeys,
  ...['port', 'packages', 'envs', 'args', 'instructions', 'secrets'],
]

/** An existing package.json with these options; its other keys, their order and its indentation stay. */
export const mergePackageJson = (existing: string, wanted: string): string => {
  const options: Record<string, unknown> = parse(wanted).dockerfile
  const before: unknown = parse(existing).dockerfile
  const changed = keys.filter((key) => JSON.stringify(valueAt(before, key)) !== JSON.stringify(options[key]))
  const text = changed.reduce((result, key) => set(result, ['dockerfile', key], options[key]), existing)
  const isEmptied = changed.length > 0 && Object.keys(parse(text).dockerfile ?? {}).length === 0
  return isEmptied ? set(text, ['dockerfile'], undefined) : text
}

const set = (text: string, path: string[], value: unknown): string =>
  applyEdits(text, modify(text, path, value, { formattingOptions: formatOf(text) }))

const formatOf = (text: string) => {
  const indent = /^[{[][\r\n]+([ \t]+)/.exec(text)?.[1] ?? '  '
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

const valueAt = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
