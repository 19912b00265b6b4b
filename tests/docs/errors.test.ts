import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/errors.ts'
import { errorCodes } from '../support/error-codes.ts'
import { codeSpans, section, tableRows } from '../support/markdown.ts'
import { textOf } from '../support/source-files.ts'

const page = textOf('docs/errors.md')

describe('docs/errors.md', () => {
  const rows = tableRows(section(page, 'Codes'))
  const listed = rows.map(([code = '', exit = '']) => [
    codeSpans(code)[0],
    exit.split(', ').sort().join(', '),
  ])

  it('lists exactly the codes of src, once each, with what they lead to', () => {
    const made = [...errorCodes()].map(([code, exits]) => [code, [...exits].sort().join(', ')])
    expect(listed.toSorted()).toEqual(made.toSorted())
  })

  it('says of each what happened, why, and what to do', () => {
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([])
  })

  it('lists exactly the exit codes', () => {
    const codes = tableRows(section(page, 'Exit codes')).map(([code = '']) => Number(codeSpans(code)[0]))
    expect(codes).toEqual(Object.values(ExitCode))
  })
})
