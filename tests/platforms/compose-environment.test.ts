import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillIn } from '../../src/platforms/compose/environment.ts'
import { project } from '../support/project.ts'

describe('values that are filled in', () => {
  it.each([
    ['where the empty line is', '# keys\nA=\nB=\n', { A: 'x' }, '# keys\nA=x\nB=\n'],
    ['behind the last line', 'A=1', { B: 'x' }, 'A=1\nB=x\n'],
    ['into an empty file', '', { A: 'x' }, 'A=x\n'],
    ['but not over another one', 'A=mine\n', { A: 'x' }, 'A=mine\nA=x\n'],
    ['with quotes where they matter', 'A=\n', { A: 'a $ign # no' }, "A='a $ign # no'\n"],
    ['with a quote of their own', 'A=\n', { A: 'it\'s "$5" \\' }, 'A="it\'s \\"\\$5\\" \\\\"\n'],
    ['or none', 'A=\n', {}, 'A=\n'],
  ])('stand %s', (_, before, values, after) => {
    const root = project({ '.env.production': before })
    fillIn(root, values)
    const file = join(root, '.env.production')
    expect(readFileSync(file, 'utf8')).toBe(after)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
