import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  epicStack,
  flyLaunch,
  flyLaunchBesideDockerfile,
  flyLaunchWithVariable,
  indieStack,
} from '../support/earlier-setups.ts'
import { project } from '../support/project.ts'
import { seaworthy, treeOf } from '../support/typed.ts'

const launch = async (root: string, ...words: string[]) => {
  const { code, stdout, stderr } = await seaworthy(root, ['launch', ...words])
  return { code, output: `${stdout}\n${stderr}` }
}

describe('launch', () => {
  it.each([
    ['fly launch', flyLaunch],
    ['fly launch with a variable', flyLaunchWithVariable],
    ['fly launch beside a Dockerfile', flyLaunchBesideDockerfile],
    ['LiteFS', epicStack],
    ['a bare volume', indieStack],
  ])('after %s changes nothing the second time, and finds the same database', async (_, files) => {
    const root = project(files)
    const first = await launch(root, '--yes', '--json')
    expect(first.code, first.output).toBe(0)
    const before = treeOf(root)
    const second = await launch(root, '--yes', '--json')
    expect(treeOf(root)).toEqual(before)
    const [{ plan }, { plan: again }] = [first, second].map(({ output }) =>
      JSON.parse(output.slice(output.indexOf('{\n'), output.lastIndexOf('\n}') + 2)),
    )
    expect(again.database.path).toBe(plan.database.path)
    expect(again.backup.path).toBe(plan.backup.path)
  })

  it('takes over what fly launch made, and keeps a copy of what may have been edited', async () => {
    const root = project(flyLaunch)
    const text = (path: string) => readFileSync(join(root, path), 'utf8')
    await launch(root, '--yes')
    expect(text('Dockerfile')).toMatch(/^# Dockerfile by seaworthy/)
    expect(text('Dockerfile.before-seaworthy')).toBe(flyLaunch.Dockerfile)
    expect(text('docker-entrypoint.js')).toContain("from 'seaworthy/boot'")
    expect(existsSync(join(root, 'docker-entrypoint.js.before-seaworthy'))).toBe(false)
    expect(text('litestream.yml')).toContain('path: litestream/dev.db$SEAWORTHY_TIMELINE')
  })

  it('keeps a start script that was edited beside its own', async () => {
    const root = project(flyLaunch)
    const edited = `${flyLaunch['docker-entrypoint.js']}\nconsole.log('mine')\n`
    writeFileSync(join(root, 'docker-entrypoint.js'), edited)
    await launch(root, '--yes')
    expect(readFileSync(join(root, 'docker-entrypoint.js.before-seaworthy'), 'utf8')).toBe(edited)
  })

  it('puts a url that goes with the old Dockerfile into fly.toml', async () => {
    const root = project(flyLaunchWithVariable)
    await launch(root, '--yes')
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toContain('DATABASE_URL = "file:/data/sqlite.db"')
  })

  it('shows all of it beforehand', async () => {
    const root = project(epicStack)
    const before = treeOf(root)
    const { output } = await launch(root, '--dry-run')
    expect(output).toContain('litefs export -name sqlite.db /data/sqlite.db')
    expect(output).toContain('node dbsetup.js npm start')
    expect(treeOf(root)).toEqual(before)
  })
})
