import { describe, expect, it } from 'vitest'
import { codeSpans, section, tableRows } from '../support/markdown.ts'
import { sourceFiles, textOf } from '../support/source-files.ts'

/** The texts of a union type: `type Outcome = 'linked' | 'kept' | …`. */
const textsOfType = (path: string, name: string): string[] => {
  const nodes = sourceFiles.find((file) => file.path === path)?.nodes ?? []
  for (const node of nodes) {
    if (node.type !== 'TSTypeAliasDeclaration' || node.id.name !== name) continue
    const members = node.typeAnnotation.type === 'TSUnionType' ? node.typeAnnotation.types : []
    return members.flatMap((member) =>
      member.type === 'TSLiteralType' && member.literal.type === 'StringLiteral'
        ? [member.literal.value]
        : [],
    )
  }
  throw new Error(`${path} has no type ${name}`)
}

const page = textOf('docs/json-output.md')

const listed = (heading: string): string[] =>
  tableRows(section(page, heading)).flatMap(([name = '']) => codeSpans(name))

describe('docs/json-output.md', () => {
  it.each([
    { heading: 'Outcomes', type: 'Outcome', file: 'src/boot/log.ts' },
    { heading: 'Levels', type: 'Level', file: 'src/boot/log.ts' },
    { heading: 'Steps', type: 'StepName', file: 'src/boot/step.ts' },
  ])('lists exactly the texts of $type', ({ heading, type, file }) => {
    expect(listed(heading).sort()).toEqual(textsOfType(file, type).sort())
  })
})
