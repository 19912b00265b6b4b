import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { known } from '../../src/boot/known.ts'
import { project } from '../support/project.ts'

const asker = () => {
  const state = project({})
  let asked = 0
  const ask = (source: string) => known(state, 'litestream', source, async () => `answer ${++asked}`)
  return { state, ask }
}

describe('known', () => {
  it('asks once for the same source', async () => {
    const { ask } = asker()
    expect([await ask('a'), await ask('a')]).toEqual(['answer 1', 'answer 1'])
  })

  it('asks again for another source', async () => {
    const { ask } = asker()
    expect([await ask('a'), await ask('b'), await ask('a')]).toEqual(['answer 1', 'answer 2', 'answer 3'])
  })

  it.each(['', '{"key":', 'null', '{}'])('asks again when %j is what was kept', async (text) => {
    const { state, ask } = asker()
    await ask('a')
    writeFileSync(join(state, 'known-litestream.json'), text)
    expect(await ask('a')).toBe('answer 2')
  })

  it('answers where nothing can be kept', async () => {
    expect(await known('/nowhere', 'litestream', 'a', async () => 'answer')).toBe('answer')
  })
})
