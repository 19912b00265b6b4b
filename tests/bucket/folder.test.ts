import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Bucket } from '../../src/bucket/bucket.ts'
import { folderBucket } from '../../src/bucket/folder.ts'
import { project } from '../support/project.ts'
import { holdsTheContract } from './contract.ts'

describe('a folder as the bucket', () => {
  holdsTheContract(() => folderBucket({ kind: 'folder', directory: project({}) }))

  it.each<[string, (bucket: Bucket) => Promise<unknown>]>([
    ['get', (bucket) => bucket.get('key')],
    ['put', (bucket) => bucket.put('key', 'text')],
    ['list', (bucket) => bucket.list('')],
    ['delete', (bucket) => bucket.delete('key')],
  ])('that is gone is never an empty one: %s', async (_, act) => {
    const directory = join(project({}), 'bucket')
    await expect(act(folderBucket({ kind: 'folder', directory }))).rejects.toMatchObject({
      code: 'SW-BUCKET-FOLDER-GONE',
      exitCode: 75,
    })
  })

  it('does not take half-written objects and its own files for objects', async () => {
    const directory = project({ 'key.0123.tmp': 'half' })
    const bucket = folderBucket({ kind: 'folder', directory })
    await bucket.put('key', 'text')
    expect((await bucket.list('')).map(({ key }) => key)).toEqual(['key'])
  })
})
