import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { surroundings } from '../../src/platforms/local/surroundings.ts'
import { project } from '../support/project.ts'

const machine = (kind: 'folder' | 's3') => ({
  '.seaworthy/local/machine.json': { version: 1, bucket: { kind, location: '/there/bucket' } },
})

const keys = { BUCKET_NAME: 'backups' }

describe('where a database is that is not said to be elsewhere', () => {
  it.each<[string, object, NodeJS.ProcessEnv, string | undefined, string | null]>([
    ['no machine here', {}, {}, undefined, null],
    ['the local machine', machine('folder'), {}, '/there/bucket', 'volume'],
    ['its volume, and the bucket that is named', machine('folder'), keys, undefined, 'volume'],
    ['its volume, and the bucket that its secrets name', machine('s3'), {}, undefined, 'volume'],
    ['another volume', machine('folder'), { SEAWORTHY_VOLUME: '/data' }, '/there/bucket', '/data'],
    ['another folder', machine('folder'), { SEAWORTHY_BUCKET_DIR: '/other' }, '/other', 'volume'],
  ])('%s', (_, files, given, bucket, volume) => {
    const root = project({ 'package.json': {}, ...files })
    const found = surroundings(root, given)
    expect(found.env.SEAWORTHY_BUCKET_DIR).toBe(bucket)
    expect(found.volume).toBe(volume === 'volume' ? join(root, '.seaworthy/local/volume') : volume)
  })
})
