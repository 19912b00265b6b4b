import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Bucket } from '../../src/bucket/bucket.ts'

/** What holds for every bucket, whatever it is made of. Each test has a prefix of its own. */
export const holdsTheContract = (open: () => Bucket): void => {
  const fresh = () => ({ bucket: open(), at: `contract-${randomUUID()}` })

  it('has nothing at a key that was never written', async () => {
    const { bucket, at } = fresh()
    expect(await bucket.get(`${at}/none`)).toBeNull()
    expect(await bucket.list(`${at}/`)).toEqual([])
  })

  it.each(['plain', 'deep/er/key', 'with space', 'plus+and&more', 'ünïcode', "it's (a) *star*!"])(
    'gives back what was put at the key %j',
    async (name) => {
      const { bucket, at } = fresh()
      const key = `${at}/${name}`
      const put = await bucket.put(key, 'täxt\n')
      const stored = await bucket.get(key)
      expect(stored).toMatchObject({ body: 'täxt\n', etag: put.isWritten ? put.etag : undefined })
      expect((await bucket.list(`${at}/`)).map((object) => [object.key, object.size])).toEqual([[key, 6]])
    },
  )

  it('tells when an object was changed and what time it is, by one clock', async () => {
    const { bucket, at } = fresh()
    await bucket.put(at, 'text')
    const stored = await bucket.get(at)
    const age = (stored?.now.getTime() ?? Number.NaN) - (stored?.modified.getTime() ?? Number.NaN)
    // Both in whole seconds, and a server may make its `Date` once a second.
    expect(age).toBeGreaterThanOrEqual(-1_000)
    expect(age).toBeLessThan(5_000)
  })

  it('creates once', async () => {
    const { bucket, at } = fresh()
    expect(await bucket.put(at, 'first', { isAbsent: true })).toMatchObject({ isWritten: true })
    expect(await bucket.put(at, 'second', { isAbsent: true })).toEqual({ isWritten: false })
    expect((await bucket.get(at))?.body).toBe('first')
  })

  it('replaces only what it was told to replace', async () => {
    const { bucket, at } = fresh()
    const first = await bucket.put(at, 'first')
    const etag = first.isWritten ? first.etag : ''
    expect(await bucket.put(at, 'second', { etag })).toMatchObject({ isWritten: true })
    expect(await bucket.put(at, 'third', { etag })).toEqual({ isWritten: false })
    expect((await bucket.get(at))?.body).toBe('second')
  })

  it('replaces nothing where nothing is', async () => {
    const { bucket, at } = fresh()
    expect(await bucket.put(at, 'text', { etag: '"0123456789abcdef"' })).toEqual({ isWritten: false })
    expect(await bucket.get(at)).toBeNull()
  })

  it('has one winner of 20 that create at once', async () => {
    const { bucket, at } = fresh()
    const names = Array.from({ length: 20 }, (_, index) => `creator ${index}`)
    const results = await Promise.all(names.map((name) => bucket.put(at, name, { isAbsent: true })))
    expect(results.filter(({ isWritten }) => isWritten)).toHaveLength(1)
    const winner = names[results.findIndex(({ isWritten }) => isWritten)]
    expect((await bucket.get(at))?.body).toBe(winner)
  })

  it('lists in the order of the keys, behind a key, up to a limit', async () => {
    const { bucket, at } = fresh()
    for (const name of ['b/2', 'a', 'c', 'b/1']) await bucket.put(`${at}/${name}`, name)
    const names = async (options: Parameters<Bucket['list']>[1]) =>
      (await bucket.list(`${at}/`, options)).map(({ key }) => key.slice(at.length + 1))
    expect(await names({})).toEqual(['a', 'b/1', 'b/2', 'c'])
    expect(await names({ startAfter: `${at}/b/1` })).toEqual(['b/2', 'c'])
    expect(await names({ startAfter: `${at}/a~` })).toEqual(['b/1', 'b/2', 'c'])
    expect(await names({ limit: 2 })).toEqual(['a', 'b/1'])
    expect(await names({ startAfter: `${at}/a`, limit: 1 })).toEqual(['b/1'])
    expect((await bucket.list(`${at}/b`)).map(({ key }) => key)).toEqual([`${at}/b/1`, `${at}/b/2`])
  })

  it('deletes, and does not mind that nothing is there', async () => {
    const { bucket, at } = fresh()
    await bucket.put(at, 'text')
    await bucket.delete(at)
    expect(await bucket.get(at)).toBeNull()
    await bucket.delete(at)
  })
}
