import { isDeepStrictEqual } from 'node:util'
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { keepingLineEnds } from './line-ends.ts'

/**
 * A YAML document with one value set; everything else stays as it stands, character by character: comments, order,
 * indentation, quotes, line ends. What is missing on the way is made; an index one past the end of a list adds to it.
 *
 * @returns null where that cannot be: no YAML, several documents, or an anchor or a value of another kind on the way.
 */
export const setInYaml = (text: string, path: (string | number)[], value: unknown): string | null => {
  let isPossible = true
  const after = keepingLineEnds(text, (plain) => {
    const edit = findEdit(plain, path, value)
    isPossible = edit !== null
    return edit === null ? plain : plain.slice(0, edit.from) + edit.text + plain.slice(edit.to)
  })
  return isPossible ? after : null
}

interface Edit {
  from: number
  to: number
  text: string
}

const findEdit = (text: string, path: (string | number)[], value: unknown): Edit | null => {
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  const root: unknown = document.contents
  if (root === null) return addLines(text, text.length, render(nest(path, value)), 0)
  return editNode(text, root, path, value)
}

const editNode = (text: string, node: unknown, path: (string | number)[], value: unknown): Edit | null => {
  const [key, ...rest] = path
  if (key === undefined) return replace(node, value)
  if (isMap(node)) {
    const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key))
    if (!pair) return addPair(text, node, { [key]: nest(rest, value) })
    return pair.value === null || isEmpty(pair.value)
      ? fill(pair, nest(rest, value))
      : editNode(text, pair.value, rest, value)
  }
  if (isSeq(node) && typeof key === 'number') {
    if (key > node.items.length) return null
    return key === node.items.length
      ? addItem(text, node, nest(rest, value))
      : editNode(text, node.items[key], rest, value)
  }
  return null
}

const nest = (path: (string | number)[], value: unknown): unknown =>
  path.reduceRight((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value)

/** A value in place of another one; only single values, so that no list or table is thrown away. */
const replace = (node: unknown, value: unknown): Edit | null => {
  if (!isScalar(node) || !node.range) return null
  const [from, to] = node.range
  if (isDeepStrictEqual(node.value, value)) return { from, to: from, text: '' }
  return node.type?.startsWith('BLOCK') ? null : { from, to, text: inline(value) }
}

/** `key:` with nothing behind it. */
const fill = ({ key, value }: Pair, wanted: unknown): Edit | null => {
  const place = isScalar(value) ? value.range?.[0] : isScalar(key) ? key.range?.[1] : undefined
  return place === undefined ? null : { from: place, to: place, text: ` ${inline(wanted)}` }
}

const isEmpty = (node: unknown): boolean =>
  isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1]

const addPair = (text: string, map: YAMLMap, pair: Record<string, unknown>): Edit | null => {
  const first = map.items[0]
  if (map.flow || !first) return addToFlow(text, map, inline(pair).slice(1, -1).trim())
  const start = isScalar(first.key) ? first.key.range?.[0] : undefined
  return start === undefined ? null : addAfter(text, map, render(pair), columnOf(text, start))
}

const addItem = (text: string, list: YAMLSeq, item: unknown): Edit | null =>
  list.flow || !list.range
    ? addToFlow(text, list, inline(item))
    : addAfter(text, list, render([item]), columnOf(text, list.range[0]))

const addToFlow = (text: string, { items, range }: YAMLMap | YAMLSeq, added: string): Edit | null => {
  if (!range) return null
  const close = range[1] - 1
  const last = items.at(-1)
  const end = last === undefined ? null : endOf(last)
  if (end !== null) return { from: end, to: end, text: `, ${added}` }
  return { from: close, to: close, text: text[close] === '}' ? ` ${added} ` : added }
}

const endOf = (item: unknown): number | null => {
  if (isPair(item)) return endOf(item.value ?? item.key)
  return (item as Node | null)?.range?.[1] ?? null
}

const addAfter = (text: string, { items }: YAMLMap | YAMLSeq, lines: string, column: number): Edit | null => {
  const end = deepEnd(items.at(-1))
  if (end === null) return null
  const lineEnd = text.indexOf('\n', end)
  const at = text[end - 1] === '\n' ? end : lineEnd < 0 ? text.length : lineEnd + 1
  return addLines(text, at, lines, column)
}

/** Where the text of the last value ends: a list's own range goes on over the comments behind it. */
const deepEnd = (item: unknown): number | null => {
  const node = isPair(item) ? (item.value ?? item.key) : item
  const last = (isMap(node) || isSeq(node)) && !node.flow ? node.items.at(-1) : undefined
  return last === undefined ? endOf(node) : deepEnd(last)
}

/** Whole lines; a text without a line end at its end has none afterwards. */
const addLines = (text: string, at: number, lines: string, column: number): Edit => {
  const indented = lines.replaceAll(/^(?=.)/gm, ' '.repeat(column))
  const isOpen = at > 0 && text[at - 1] !== '\n'
  return { from: at, to: at, text: isOpen ? `\n${indented.trimEnd()}` : indented }
}

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1)

const render = (value: unknown): string => stringify(value, { lineWidth: 0 })

const inline = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : stringify(value, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }).trimEnd()
