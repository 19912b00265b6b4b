import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { setInYaml } from '../../src/generate/merge-yaml.ts'

const compose = `# my app
services:
    web:   # the app
        image: 'me/web'
        environment:
            A: "1"

        ports: [ "80:80" ]
    # the cache
    redis: { image: redis }

volumes:
`

describe('a value set in compose.yaml', () => {
  it.each<[string, (string | number)[], unknown, string, string]>([
    ['replaces a text', ['services', 'web', 'image'], 'me/other', "'me/web'", '"me/other"'],
    [
      'is added to a table',
      ['services', 'web', 'environment', 'B'],
      '2',
      'A: "1"\n',
      'A: "1"\n            B: "2"\n',
    ],
    [
      'is added to one in braces',
      ['services', 'redis', 'restart'],
      'always',
      'image: redis }',
      'image: redis, "restart":"always" }',
    ],
    [
      'is added to a list in brackets',
      ['services', 'web', 'ports', 1],
      '443:443',
      '"80:80" ]',
      '"80:80", "443:443" ]',
    ],
    ['fills what is empty', ['volumes', 'data'], {}, 'volumes:', 'volumes: {"data":{}}'],
    [
      'is added with all that is on the way',
      ['services', 'backup', 'image'],
      'x',
      'redis: { image: redis }\n',
      'redis: { image: redis }\n    backup:\n      image: x\n',
    ],
    ['is there already', ['services', 'redis', 'image'], 'redis', '', ''],
  ])('%s', (_, path, value, before, after) => {
    expect(setInYaml(compose, path, value)).toBe(compose.replace(before, after))
  })

  it.each<[string, string, (string | number)[], unknown, string]>([
    ['an empty file', '', ['a', 'b'], 1, 'a:\n  b: 1\n'],
    ['a file of comments', '# x\n', ['a'], 1, '# x\na: 1\n'],
    ['a list', 'a:\n- 1 # x\n- 2', ['a', 2], 3, 'a:\n- 1 # x\n- 2\n- 3'],
    [
      'a list of tables',
      'a:\n  - b: 1\n    c: 2\nd: 3\n',
      ['a', 0, 'e'],
      4,
      'a:\n  - b: 1\n    c: 2\n    e: 4\nd: 3\n',
    ],
    ['CRLF', 'a:\r\n  b: 1\r\n', ['a', 'c'], 2, 'a:\r\n  b: 1\r\n  c: 2\r\n'],
    [
      'a text of several lines',
      'a:\n  b: |\n    x\n    y\nc: 1\n',
      ['a', 'd'],
      2,
      'a:\n  b: |\n    x\n    y\n  d: 2\nc: 1\n',
    ],
    [
      'a comment at the end of a table',
      'a:\n  b: 1\n  # last\nc: 1\n',
      ['a', 'd'],
      2,
      'a:\n  b: 1\n  d: 2\n  # last\nc: 1\n',
    ],
  ])('in %s', (_, text, path, value, expected) => {
    expect(setInYaml(text, path, value)).toBe(expected)
  })

  it.each<[string, string, (string | number)[]]>([
    ['no YAML', 'a: [', ['a']],
    ['several documents', 'a: 1\n---\nb: 1\n', ['a']],
    ['an alias on the way', 'x: &x { b: 1 }\na: *x\n', ['a', 'b']],
    ['a text on the way', 'a: text\n', ['a', 'b']],
    ['a place beyond the end of a list', 'a: [1]\n', ['a', 2]],
    ['a table in its place', 'a:\n  b: 1\n', ['a']],
  ])('cannot be in %s', (_, text, path) => {
    expect(setInYaml(text, path, 'new')).toBeNull()
  })
})

describe('any YAML', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
  const scalar = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.stringMatching(/^[ -~]{0,10}$/),
    fc.constantFrom('two\nlines\n', 'yes', 'é: #'),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  const document = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 })
  const style = fc.record({ indent: fc.integer({ min: 2, max: 5 }), newLine: fc.constantFrom('\n', '\r\n') })

  /** A key that is there, or one that is not. */
  const keyOf = (table: object, choice: number): string =>
    [...Object.keys(table), 'new'][choice % (Object.keys(table).length + 1)] ?? 'new'

  it('keeps everything foreign, comments too, and is done after one time', () => {
    fc.assert(
      fc.property(
        document,
        style,
        fc.nat(),
        fc.nat(),
        scalar,
        (content, { indent, newLine }, one, two, value) => {
          const first = keyOf(content, one)
          const table = content[first] ?? {}
          fc.pre(isTable(table))
          const second = keyOf(table, two)
          fc.pre(typeof table[second] !== 'object')
          const text = stringify(content, { indent })
            .replaceAll(/^(?=\w+:)/gm, '# a remark\n\n')
            .replaceAll('\n', newLine)
          const after = setInYaml(text, [first, second], value)
          if (after === null) {
            expect(table[second]).toContain('\n')
            return
          }
          expect(parse(after)).toEqual({ ...content, [first]: { ...table, [second]: value } })
          const lines = after.split(newLine)
          const kept = text
            .split(newLine)
            .filter((line) => !line.includes(`${second}:`) && !line.startsWith(`${first}:`))
          expect(lines).toEqual(expect.arrayContaining(kept))
          expect(lines.filter((line) => line === '# a remark')).toHaveLength(Object.keys(content).length)
          expect(newLine === '\r\n' && /[^\r]\n/.test(after)).toBe(false)
          expect(setInYaml(after, [first, second], value)).toBe(after)
        },
      ),
      { numRuns: 300 },
    )
  })
})

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
