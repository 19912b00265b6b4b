import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptFile, loadCompiled } from '../../src/boot/compiled.ts'
import { project } from '../support/project.ts'

const source = `const { sep } = require('node:path'); exports.answer = () => ['it', __filename.split(sep).at(-1)].join(' is ')`

/** A file of its own for each, since V8 remembers within a process what it has compiled. */
const kept = (): { file: string; cache: string } => {
  const file = join(project({ 'run.cjs': source }), 'run.cjs')
  loadCompiled(file).keep()
  return { file, cache: keptFile(file) }
}

const answerOf = (file: string): unknown => (loadCompiled(file).exports as { answer(): string }).answer()

const change = (file: string, to: (bytes: Buffer) => Buffer): void =>
  writeFileSync(file, to(readFileSync(file)))

describe('a compiled file', () => {
  it('is not kept before it was, and leaves nothing else behind', () => {
    const folder = project({ 'run.cjs': source })
    const file = join(folder, 'run.cjs')
    const { isKept, keep } = loadCompiled(file)
    expect(isKept).toBe(false)
    keep()
    expect(readdirSync(folder).sort()).toEqual(['run.cjs', keptFile(file).slice(folder.length + 1)])
    expect(loadCompiled(file).isKept).toBe(true)
    expect(answerOf(file)).toBe('it is run.cjs')
  })

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['zeros', (bytes) => Buffer.alloc(bytes.length)],
    ['text', () => Buffer.from('not what it was')],
  ])('that is %s is compiled anew', (_, to) => {
    const { file, cache } = kept()
    change(cache, to)
    expect(loadCompiled(file).isKept).toBe(false)
    expect(answerOf(file)).toBe('it is run.cjs')
  })

  it('is not believed with a single bit changed', () => {
    const { file, cache } = kept()
    const whole = readFileSync(cache)
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        writeFileSync(cache, bytes)
        return !loadCompiled(file).isKept && answerOf(file) === 'it is run.cjs'
      }),
    )
  })

  it('is another one when its source is, however long that is', () => {
    const { file } = kept()
    writeFileSync(file, source.replace("'it'", "'so'"))
    expect(loadCompiled(file).isKept).toBe(false)
    expect(answerOf(file)).toBe('so is run.cjs')
  })

  it('finds what lies beside it, kept or not', () => {
    const sources = {
      'run.cjs': `exports.answer = () => require('./other.cjs').name`,
      'other.cjs': `exports.name = 'other'`,
    }
    const folder = project(sources)
    const [file, other] = [join(folder, 'run.cjs'), join(folder, 'other.cjs')]
    expect(answerOf(file)).toBe('other')
    loadCompiled(other).keep()
    expect(answerOf(file)).toBe('other')
  })

  it('is compiled at each start where it cannot be kept', () => {
    const file = join(project({ 'run.cjs': source }), 'run.cjs')
    // What is written before it takes its place, which no user may write over.
    mkdirSync(`${keptFile(file)}.${process.pid}`)
    loadCompiled(file).keep()
    expect(existsSync(keptFile(file))).toBe(false)
    expect(answerOf(file)).toBe('it is run.cjs')
  })
})
