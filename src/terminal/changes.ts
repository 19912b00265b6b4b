import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import type { Choice, FileChange } from '../generate/generated-file.ts'
import { paint } from './paint.ts'
import { columns } from './table.ts'

/** Each file with what is done, or would be done, with it. */
export const fileList = (changes: FileChange[], choices: Record<string, Choice>): string =>
  columns(changes.map((change) => [`  ${wordFor(change, choices)}`, change.path]))

/** The outcome of one change, as `--json` names it too. */
export const wordFor = ({ action, path, after }: FileChange, choices: Record<string, Choice>): string => {
  if (action !== 'conflict') return action
  if (choices[path] !== 'overwrite') return 'keep'
  return after === null ? 'delete' : 'overwrite'
}

/** One change as a unified diff. */
export const diffText = ({ path, action, before, after }: FileChange, hasColor: boolean): string => {
  const colors = paint(hasColor)
  const colorOf = (line: string) => {
    if (/^(---|\+\+\+) /.test(line)) return colors.bold
    if (line.startsWith('@@')) return colors.cyan
    return line.startsWith('+') ? colors.green : line.startsWith('-') ? colors.red : colors.reset
  }
  const source = action === 'create' ? '/dev/null' : `a/${path}`
  const target = after === null ? '/dev/null' : `b/${path}`
  return createTwoFilesPatch(source, target, before, after ?? '', undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  })
    .trimEnd()
    .split('\n')
    .map((line) => colorOf(line)(line))
    .join('\n')
}
