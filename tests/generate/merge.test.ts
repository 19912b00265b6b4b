import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dockerignore, mergeDockerignore } from '../../src/generate/dockerignore.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { profile } from '../support/profile.ts'

const plan = buildPlan(profile())
describe('F9: .dockerignore', () => {
  const wanted = dockerignore(plan)
  const databases = ['prisma/dev.db', 'prisma/dev.db-wal', 'prisma/dev.db-shm', 'prisma/dev.db-journal']

  it('leaves the database, secrets and dependencies of the laptop out', () => {
    expect(wanted.split('\n')).toEqual(
      expect.arrayContaining([...databases, '.env', '.env.*', 'node_modules', '.git', '.seaworthy']),
    )
  })

  it.each([
    ['nothing to add', wanted, wanted],
    ['what is missing', '# mine\n*.log\n', (merged: string) => merged.startsWith('# mine\n*.log\n.git\n')],
    ['a last line without its end', '*.log', (merged: string) => merged.startsWith('*.log\n.git\n')],
    ['lines that end with CRLF', '*.log\r\n', (merged: string) => !/[^\r]\n/.test(merged)],
    [
      'other spellings',
      '/node_modules/\n**/.git\n',
      (merged: string) => !/^(node_modules|\.git)$/m.test(merged),
    ],
    [
      'an exception for an env file',
      '.env\n.env.*\n!.env.production\n',
      (merged: string) => /production\n\.git\n/.test(merged),
    ],
    [
      'an exception for the database',
      `${wanted}!prisma/*\n`,
      (merged: string) => merged.trimEnd().endsWith(databases.join('\n')),
    ],
  ])('%s', (_, existing, expected) => {
    const merged = mergeDockerignore(existing, wanted)
    if (typeof expected === 'string') expect(merged).toBe(expected)
    else expect(merged).toSatisfy(expected)
  })

  it('keeps every line of the user, in order, and is done after one time', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'node_modules',
        '!node_modules',
        '.env',
        '!.env.production',
        '# x',
        '',
        '!prisma/dev.db',
        'prisma/dev.db',
      ),
      fc.stringMatching(/^[!#*a-z./]{0,12}$/),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const existing = lines.join('\n')
        const merged = mergeDockerignore(existing, wanted)
        expect(merged.startsWith(existing)).toBe(true)
        expect(mergeDockerignore(merged, wanted)).toBe(merged)
      }),
    )
  })
})
