import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sourceTree, treeAbove } from '../../src/scan/source-tree.ts'
import { project } from '../support/project.ts'
import { codeOf } from './scanned.ts'

const files = {
  'a.ts': '\uFEFFone',
  'b/c.ts': '',
  'b/d.js': '',
  'dist/e.ts': '',
  'node_modules/x/f.ts': '',
  'broken.json': '{',
}

it('reads, without byte order marks, and says what is not there', () => {
  const tree = sourceTree(project(files))
  expect([tree.read('a.ts'), tree.read('nope'), tree.read('b'), tree.read('a.ts/x')]).toEqual([
    'one',
    null,
    null,
    null,
  ])
  expect([tree.has('b'), tree.has('nope')]).toEqual([true, false])
  expect([tree.json('nope'), tree.yaml('nope'), tree.folders('nope')]).toEqual([null, null, []])
})

it('leaves dependencies and build output out', () => {
  const tree = sourceTree(project(files))
  expect(tree.glob(['.ts'])).toEqual(['a.ts', 'b/c.ts'])
  expect(tree.glob(['.js', '.ts'], 'b')).toEqual(['b/c.ts', 'b/d.js'])
  expect(tree.folders('')).toEqual(['b', 'dist', 'node_modules'])
})

it('reads a file once', () => {
  const root = project(files)
  const tree = sourceTree(root)
  tree.read('a.ts')
  rmSync(join(root, 'a.ts'))
  writeFileSync(join(root, 'b/c.ts'), 'two')
  expect([tree.read('a.ts'), tree.read('b/c.ts')]).toEqual(['one', 'two'])
})

it('names broken JSON', () => {
  expect(codeOf(() => sourceTree(project(files)).json('broken.json'))).toBe('SW-FILE-NOT-JSON')
})

it('ends at the top of the disk', () => {
  expect(treeAbove(sourceTree('/'))).toBeNull()
})
