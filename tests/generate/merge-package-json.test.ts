import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergePackageJson, packageJson } from '../../src/generate/package-json.ts'

const key = fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => name !== 'dockerfile')
const content = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), {
  minKeys: 1,
  maxKeys: 5,
  noNullPrototype: true,
})
const style = fc.record({
  indent: fc.constantFrom('  ', '    ', '\t'),
  newLine: fc.constantFrom('\n', '\r\n'),
  end: fc.constantFrom('', '\n'),
})

it('any package.json keeps all that is foreign, as it is written, and is done after one time', () => {
  fc.assert(
    fc.property(content, style, (foreign, { indent, newLine, end }) => {
      const text = `${JSON.stringify(foreign, null, indent)}${end}`.replaceAll('\n', newLine)
      const wanted = packageJson({ cache: true, port: 8080 })
      const after = mergePackageJson(text, wanted)
      expect(JSON.parse(after)).toEqual({ ...JSON.parse(text), dockerfile: { cache: true, port: 8080 } })
      const [open, close] = [text.trimEnd().slice(0, -1).trimEnd(), text.slice(text.lastIndexOf('}'))]
      expect(after.startsWith(open)).toBe(true)
      expect(after.endsWith(`${newLine}${close}`)).toBe(true)
      expect(after).toContain(`${newLine}${indent}"dockerfile": {${newLine}${indent}${indent}"`)
      expect(newLine === '\r\n' && /[^\r]\n/.test(after)).toBe(false)
      expect(mergePackageJson(after, wanted)).toBe(after)
    }),
  )
})
