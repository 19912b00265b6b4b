import { describe, expect, it } from 'vitest'
import { allCalls, moduleTypes, runStartScript } from '../support/start-script.ts'

describe('the start script, run by Node', () => {
  it.each(moduleTypes)('takes every step without a warning in a package of type %s', (type) => {
    expect(runStartScript(type)).toEqual({ calls: allCalls, stderr: '' })
  })

  it('F37: leaves the bucket out with --no-backup', () => {
    const { calls } = runStartScript('module', { backup: false })
    expect(calls).toEqual([
      [
        'database',
        { file: "prisma/it's.db", env: 'DATABASE_URL', volume: '/data', user: 'node', backup: false },
      ],
      ...allCalls.filter(([name]) => ['link', 'migrate', 'seed', 'launch'].includes(String(name))),
    ])
  })
})
