import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergePackageJson, packageJson } from '../../src/generate/package-json.ts'
import type { DockerfileOptions } from '../../src/plan/dockerfile-options.ts'

const key = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/).filter((name) => name !== 'dockerfile')
// -0 is no number of JSON's.
const value = fc.jsonValue({ maxDepth: 2 }).map((content): unknown => JSON.parse(JSON.stringify(content)))
const foreign = fc.dictionary(key, value, { noNullPrototype: true })
const options: fc.Arbitrary<DockerfileOptions> = fc.record(
  {
    alpine: fc.constant(true),
    cmd: fc.stringMatching(/^[ -~]{1,9}$/),
    port: fc.integer({ min: 1, max: 65535 }),
    packages: fc.record({ base: fc.array(key, { minLength: 1 }) }),
    envs: fc.record({ build: fc.dictionary(key, key, { minKeys: 1, noNullPrototype: true }) }),
    secrets: fc.array(key, { minLength: 1 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

it.each([
  ['two blanks', 2, '\n'],
  ['four blanks', 4, '\n'],
  ['tabs and CRLF', '\t', '\r\n'],
])('F20: options are put into a package.json with %s, and everything else stays', (_, indent, newLine) => {
  fc.assert(
    fc.property(foreign, foreign, options, options, (app, theirs, before, wanted) => {
      fc.pre(
        !['alpine', 'cmd', 'port', 'packages', 'envs', 'secrets', 'link', 'args', 'build', 'swap'].some(
          (name) => name in theirs,
        ),
      )
      const had = { ...before, ...theirs }
      const content = { ...app, ...(Object.keys(had).length > 0 ? { dockerfile: had } : {}) }
      const existing = `${JSON.stringify(content, null, indent).replaceAll('\n', newLine)}${newLine}`
      const merged = mergePackageJson(existing, packageJson(wanted))
      const { dockerfile = {}, ...rest } = JSON.parse(merged)
      expect(rest).toEqual(app)
      expect(dockerfile).toEqual({ ...theirs, ...wanted })
      expect(mergePackageJson(merged, packageJson(wanted))).toBe(merged)
      const lines = merged.split(newLine)
      for (const name of Object.keys(app))
        expect(
          lines.some((line) =>
            line.startsWith(
              `${typeof indent === 'number' ? ' '.repeat(indent) : indent}${JSON.stringify(name)}: `,
            ),
          ),
        ).toBe(true)
    }),
  )
})
