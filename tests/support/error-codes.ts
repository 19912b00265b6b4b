import { ExitCode } from '../../src/errors.ts'
import type { ObjectExpression } from '../../src/scan/javascript.ts'
import { sourceFiles } from './source-files.ts'

/** What a code leads to: an exit code, or `–` for a remark that stops nothing. */
export type Consequence = `${number}` | '–'

/** Every complete `SW-…` code that stands in src as a text, with what it leads to wherever it is made. */
export const errorCodes = (): Map<string, Set<Consequence>> => {
  const codes = new Map<string, Set<Consequence>>()
  const add = (code: string, consequence?: Consequence) => {
    const known = codes.get(code) ?? new Set()
    codes.set(code, consequence === undefined ? known : known.add(consequence))
  }
  for (const node of sourceFiles.flatMap(({ nodes }) => nodes)) {
    if (node.type === 'StringLiteral' && /^SW-[A-Z0-9-]*[A-Z0-9]$/.test(node.value)) add(node.value)
    if (node.type === 'ObjectExpression') {
      const code = textAt(node, 'code')
      if (code?.startsWith('SW-') && textAt(node, 'level')) add(code, consequenceOfFinding(node))
    }
    if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier') continue
    const [parts] = node.arguments
    const code = parts?.type === 'ObjectExpression' ? textAt(parts, 'code') : null
    if (parts?.type !== 'ObjectExpression' || !code) continue
    add(code, node.callee.name === 'TemporaryError' ? `${ExitCode.temporary}` : exitCodeOf(parts))
  }
  return codes
}

/** A finding's error is thrown by the command; what is logged as an error and says no next step is a bug. */
const consequenceOfFinding = (parts: ObjectExpression): Consequence => {
  if (valueAt(parts, 'next') === undefined) return `${ExitCode.bug}`
  return textAt(parts, 'level') === 'error' ? `${ExitCode.user}` : '–'
}

const exitCodeOf = (parts: ObjectExpression): Consequence => {
  const value = valueAt(parts, 'exitCode')
  const name =
    value?.type === 'MemberExpression' && value.property.type === 'Identifier' ? value.property.name : 'user'
  const exitCode = Object.entries(ExitCode).find(([key]) => key === name)?.[1]
  if (exitCode === undefined) throw new Error(`there is no exit code ${name}`)
  return `${exitCode}`
}

const valueAt = (object: ObjectExpression, name: string) => {
  for (const property of object.properties) {
    const isIt =
      property.type !== 'SpreadElement' && property.key.type === 'Identifier' && property.key.name === name
    if (isIt) return property.type === 'ObjectProperty' ? property.value : property
  }
  return undefined
}

const textAt = (object: ObjectExpression, name: string): string | null => {
  const value = valueAt(object, name)
  return value?.type === 'StringLiteral' ? value.value : null
}
