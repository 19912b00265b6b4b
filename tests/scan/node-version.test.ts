import { expect, it } from 'vitest'
import { scanned } from './scanned.ts'

it.each([
  ['F24', '>=9', '24'],
  ['F24', '*', '24'],
  ['F24', '>=18 <20', '18'],
  ['', '20 || 22', '22'],
  ['', '^22.12.0', '22'],
  ['', '>=20.9 <23', '22'],
  ['', '22.12.0', '22.12.0'],
  ['', '~20.11', '20.11.0'],
  ['', '<22.5', '20'],
  ['', '23.x', '23'],
  ['', '^9', '9'],
  ['', '>=26', '26'],
  ['', 'whatever', '24'],
])('%s engines.node %s gives %s', (_, node, version) => {
  expect(scanned({ 'package.json': { engines: { node } } }).runtime).toEqual({ name: 'node', version })
})

it.each([
  ['.nvmrc', 'v22.12.0\n', '22.12.0'],
  ['.nvmrc', 'lts/jod', '22'],
  ['.nvmrc', 'lts/*', '24'],
  ['.node-version', '20', '20'],
  ['.tool-versions', 'python 3.12\nnodejs 22.11.0\n', '22.11.0'],
  ['mise.toml', '[tools]\nnode = "22"\n', '22'],
  ['.mise.toml', '[tools]\nnode = ["20", "18"]\n', '20'],
  ['.mise.toml', '[tools]\nnode = { version = "lts" }\n', '24'],
])('%s with %j gives %s', (file, text, version) => {
  const { runtime, sources } = scanned({ [file]: text })
  expect([runtime.version, sources['runtime.version']]).toEqual([version, file])
})

it.each([
  ['package.json#volta.node', { volta: { node: '20.11.1' } }, '20.11.1'],
  ['package.json#devEngines.runtime', { devEngines: { runtime: { name: 'node', version: '>=22' } } }, '24'],
  ['default', { devEngines: { runtime: { name: 'deno' } } }, '24'],
])('%s: %o', (from, json, version) => {
  const { runtime, sources } = scanned({ 'package.json': json })
  expect([runtime.version, sources['runtime.version']]).toEqual([version, from])
})

it('a mise.toml that does not parse says nothing', () => {
  expect(scanned({ '.mise.toml': '[tools' }).sources['runtime.version']).toBe('default')
})

it('engines.node goes before .nvmrc, which goes before .node-version', () => {
  const versions = { '.nvmrc': '22', '.node-version': '20' }
  expect(scanned(versions).runtime.version).toBe('22')
  expect(scanned({ ...versions, 'package.json': { engines: { node: '18' } } }).runtime.version).toBe('18')
})

it('is the current LTS when nothing is said, whatever runs here', () => {
  const { runtime, sources } = scanned({})
  expect([runtime.version, sources['runtime.version']]).toEqual(['24', 'default'])
})

it.each([
  [{ scripts: { start: 'bun src/index.ts' } }, {}, { name: 'bun', version: '1' }],
  [{ packageManager: 'bun@1.2.3' }, {}, { name: 'bun', version: '1.2.3' }],
  [{ engines: { bun: '1.1.0' } }, { 'bun.lock': '{}' }, { name: 'bun', version: '1.1.0' }],
  [{ engines: { node: '>=22' } }, { 'bun.lock': '{}' }, { name: 'node', version: '24' }],
])('%o with %o runs on %o', (json, files, runtime) => {
  expect(scanned({ 'package.json': json, ...files }).runtime).toEqual(runtime)
})
