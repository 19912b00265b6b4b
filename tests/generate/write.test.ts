import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Choice, GeneratedFile } from '../../src/generate/generated-file.ts'
import { manifestPath, parseManifest } from '../../src/generate/manifest.ts'
import { compare, write } from '../../src/generate/write.ts'
import type { RememberedOptions } from '../../src/plan/options.ts'
import { project } from '../support/project.ts'

const file = (path: string, contents: string, mode = 0o644): GeneratedFile => ({ path, contents, mode })

const actions = (root: string, files: GeneratedFile[]): string[] =>
  compare(root, files).map(({ action }) => action)

const writeAll = (root: string, files: GeneratedFile[], choices: Record<string, Choice> = {}): void =>
  write(root, compare(root, files), choices)

const textOf = (root: string, path: string): string => readFileSync(join(root, path), 'utf8')

describe('compare', () => {
  it.each([
    ['create', {}],
    ['identical', { 'a.txt': 'new' }],
    ['conflict', { 'a.txt': 'mine' }],
  ])('%s', (action, files) => {
    expect(actions(project(files), [file('a.txt', 'new')])).toEqual([action])
  })

  it('updates silently what an earlier run wrote, and asks about what was edited since', () => {
    const root = project({})
    writeAll(root, [file('a.txt', 'old'), file('b.txt', 'old')])
    writeFileSync(join(root, 'b.txt'), 'edited')
    expect(actions(root, [file('a.txt', 'new'), file('b.txt', 'new')])).toEqual(['update', 'conflict'])
  })

  it('merges a .dockerignore of the user, now and later', () => {
    const root = project({ '.dockerignore': '*.log\n' })
    writeAll(root, [file('.dockerignore', 'node_modules\n')])
    expect(textOf(root, '.dockerignore')).toBe('*.log\nnode_modules\n')
    expect(actions(root, [file('.dockerignore', 'node_modules\n')])).toEqual(['identical'])
    expect(actions(root, [file('.dockerignore', 'dist\n')])).toEqual(['merge'])
  })

  it('makes a script runnable that is not', () => {
    const root = project({ 'run.js': 'x' })
    writeAll(root, [file('run.js', 'x', 0o755)])
    expect(statSync(join(root, 'run.js')).mode & 0o111).toBe(0o111)
  })

  it('refuses the manifest of a newer version', () => {
    const root = project({ [manifestPath]: { version: 2 } })
    expect(() => compare(root, [])).toThrow(expect.objectContaining({ code: 'SW-MANIFEST-VERSION' }))
  })
})

describe('write', () => {
  it.each<[Choice | undefined, string]>([
    ['overwrite', 'new'],
    ['keep', 'mine'],
    [undefined, 'mine'],
  ])('a conflict answered with %s leaves %s', (choice, text) => {
    const root = project({ 'a.txt': 'mine' })
    writeAll(root, [file('a.txt', 'new')], choice ? { 'a.txt': choice } : {})
    expect(textOf(root, 'a.txt')).toBe(text)
    expect(actions(root, [file('a.txt', 'new')])).toEqual([choice === 'overwrite' ? 'identical' : 'conflict'])
  })

  it('writes nothing the second time', () => {
    const root = project({ '.dockerignore': '*.log\n', 'c.txt': 'mine' })
    const files = [file('a.txt', 'new'), file('.dockerignore', 'node_modules\n'), file('c.txt', 'new')]
    const times = () =>
      ['a.txt', '.dockerignore', 'c.txt', manifestPath].map((path) => statSync(join(root, path)).ino)
    writeAll(root, files)
    const before = times()
    writeAll(root, files)
    expect(times()).toEqual(before)
  })

  it('remembers what was asked for, the newest first', () => {
    const root = project({})
    const rememberedAfter = (options: RememberedOptions) => {
      write(root, [], {}, options)
      return parseManifest(textOf(root, manifestPath)).options
    }
    expect(rememberedAfter({ backup: false, port: 80 })).toEqual({ backup: false, port: 80 })
    expect(rememberedAfter({})).toEqual({ backup: false, port: 80 })
    expect(rememberedAfter({ backup: true })).toEqual({ backup: true, port: 80 })
  })

  it('keeps the mode and the link of a file, and leaves no temporary file', () => {
    const root = project({ 'real.txt': 'mine' })
    chmodSync(join(root, 'real.txt'), 0o600)
    symlinkSync('real.txt', join(root, 'a.txt'))
    writeAll(root, [file('a.txt', 'new')], { 'a.txt': 'overwrite' })
    expect(lstatSync(join(root, 'a.txt')).isSymbolicLink()).toBe(true)
    expect(textOf(root, 'real.txt')).toBe('new')
    expect(statSync(join(root, 'real.txt')).mode & 0o777).toBe(0o600)
    expect(readdirSync(root).sort()).toEqual(['.seaworthy', 'a.txt', 'real.txt'])
  })
})
