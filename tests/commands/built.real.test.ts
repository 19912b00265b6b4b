import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/command.ts'
import { project } from '../support/project.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')

const seaworthyIn = (cwd: string, words: string[]) =>
  run({ file: process.execPath, args: [cli, ...words], cwd }, { timeoutMs: 60_000 })

describe('the built CLI, typed in the app’s folder', () => {
  it.each([
    ['plan', []],
    ['scan', ['--json']],
    ['launch', ['--yes']],
    ['local', ['deploy']],
  ])('%s names a package.json that is broken', async (command, words) => {
    const root = project({ 'package.json': '{ "name": "app",' })
    const { code, stderr } = await seaworthyIn(root, [command, ...words])
    expect(stderr).toContain('[SW-APP-PACKAGE-JSON-INVALID]')
    expect(code).toBe(1)
  })

  it('ends quietly when nobody reads on', async () => {
    const root = project({ 'package.json': { name: 'app' } })
    const line = `"${process.execPath}" "${cli}" scan --json | true`
    const { stderr } = await run({ file: 'sh', args: ['-c', line], cwd: root }, { timeoutMs: 60_000 })
    expect(stderr).toBe('')
  })

  it('runs none of the configurations that a library might look for', async () => {
    const names = ['.prisma-astrc.js', '.prisma-astrc.cjs', 'prisma-ast.config.js', 'prisma-ast.config.cjs']
    const spy = "require('node:fs').writeFileSync('was-run', '')\nmodule.exports = {}\n"
    const root = project({
      'package.json': { dependencies: { prisma: '6.19.0' }, scripts: { start: 'node x' } },
      'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
      ...Object.fromEntries(names.map((name) => [name, spy])),
    })
    const { code, stderr } = await seaworthyIn(root, ['plan', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(existsSync(join(root, 'was-run'))).toBe(false)
  })
})
