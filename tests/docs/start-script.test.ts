import { describe, expect, it } from 'vitest'
import { bucketSecrets } from '../../src/bucket/bucket.ts'
import { codeSpans, section, tableRows } from '../support/markdown.ts'
import { sourceFiles, textOf } from '../support/source-files.ts'

const runTime = /^src\/(boot|bucket|litestream|prisma|sqlite)\//

/** The variables of the environment that the run-time reads under a name of ours, or as one of the platform's. */
const variables = (): string[] => {
  const names = sourceFiles
    .filter(({ path }) => runTime.test(path))
    .flatMap(({ nodes }) => nodes)
    .flatMap((node) => {
      if (node.type === 'StringLiteral') return [node.value]
      if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return []
      return [node.property.name]
    })
  const isVariable = /^(SEAWORTHY|FLY)_[A-Z_]+$|^RELEASE_COMMAND$|^PRISMA_SCHEMA_ENGINE_BINARY$/
  return [...new Set([...names.filter((name) => isVariable.test(name)), ...bucketSecrets])].sort()
}

describe('docs/start-script.md', () => {
  it('lists exactly the environment variables of the run-time', () => {
    const page = textOf('docs/start-script.md')
    const listed = tableRows(section(page, 'Environment')).flatMap(([name = '']) => codeSpans(name))
    expect(listed.sort()).toEqual(variables())
  })
})
