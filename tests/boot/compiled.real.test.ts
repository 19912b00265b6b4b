import { spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import * as boot from '../../src/boot/boot.ts'
import { keptFile } from '../../src/boot/compiled.ts'
import { project } from '../support/project.ts'

const repository = join(import.meta.dirname, '..', '..')

/** The package as an app has it, without what the starts of other tests have compiled. */
const installed = (): string => {
  const app = project({ 'package.json': { name: 'app', dependencies: { seaworthy: '*' } } })
  const folder = join(app, 'node_modules', 'seaworthy')
  const filter = (path: string) => !path.includes('.cache')
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(repository, part), join(folder, part), { recursive: true, filter })
  return app
}

const inPackage = (app: string, file: string): string => join(app, 'node_modules/seaworthy/dist', file)

const node = (app: string, ...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: app, encoding: 'utf8' })

it('seaworthy/boot gives what boot.ts does, compiled before or not', () => {
  const app = installed()
  const script = `console.log(Object.keys(await import('seaworthy/boot')).sort().join())`
  const names = () => node(app, '--input-type=module', '-e', script).stdout.trim().split(',')
  expect(names()).toEqual(Object.keys(boot).sort())
  expect(node(app, 'node_modules/seaworthy/bin/seaworthy.mjs', 'prune').status).toBe(0)
  const isKept = ['boot.cjs', 'libraries/yaml.cjs'].map((file) => existsSync(keptFile(inPackage(app, file))))
  expect(isKept).toEqual([true, true])
  expect(names()).toEqual(Object.keys(boot).sort())
})

it.each(['boot.cjs', 'libraries/yaml.cjs'])(
  'what an image compiles of %s while it is built is what its starts find',
  (file) => {
    const app = installed()
    node(app, 'node_modules/seaworthy/bin/seaworthy.mjs', 'prune')
    const compiled = pathToFileURL(join(repository, 'src/boot/compiled.ts')).href
    const script = `const { loadCompiled } = await import('${compiled}'); console.log(loadCompiled('${inPackage(app, file)}').isKept)`
    const { stdout } = node(repository, '--import', 'tsx', '--input-type=module', '-e', script)
    expect(stdout.trim()).toBe('true')
  },
)
