import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { generate } from '../../src/generate/generate.ts'
import { mergeLitestreamYml } from '../../src/generate/merge-litestream-yml.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { profile } from '../support/profile.ts'

const wanted = generate(buildPlan(profile())).find(({ path }) => path === 'litestream.yml')?.contents ?? ''

describe('a litestream.yml of the user', () => {
  it('stays as it is where it says all that is needed, whatever else it says', () => {
    const text = wanted.replace('168h', '24h # enough').replace(/sync-interval.*\n/, '')
    expect(mergeLitestreamYml(text, wanted)).toBe(text)
  })

  it('is given where the backup goes', () => {
    const text = 'dbs:\n  - path: /data/dev.db # mine\n    replicas:\n      - retention: 24h\n'
    const after = mergeLitestreamYml(text, wanted) ?? ''
    expect(after.startsWith(text)).toBe(true)
    expect(parse(after).dbs[0].replicas[0]).toEqual({
      retention: '24h',
      type: 's3',
      bucket: '$BUCKET_NAME',
      path: 'litestream/dev.db$SEAWORTHY_TIMELINE',
      endpoint: '$AWS_ENDPOINT_URL_S3',
      region: '$AWS_REGION',
    })
    expect(mergeLitestreamYml(after, wanted)).toBe(after)
  })

  it.each([
    [
      'beside other databases',
      '# mine\ndbs:\n  - path: /data/other.db\n    replicas:\n      - url: s3://x\n',
    ],
    ['an empty one', '# mine\n'],
  ])('is given the database: %s', (_, text) => {
    const after = mergeLitestreamYml(text, wanted) ?? ''
    expect(after.startsWith(text)).toBe(true)
    expect(parse(after).dbs.at(-1)).toEqual(parse(wanted).dbs[0])
    expect(mergeLitestreamYml(after, wanted)).toBe(after)
  })

  it('may be in the words of Litestream 0.5', () => {
    const text =
      'dbs:\n  - path: /data/dev.db\n    replica:\n      bucket: mine\n      type: s3\n      path: x\n      endpoint: e\n'
    expect(mergeLitestreamYml(text, wanted)).toBe(`${text}      region: $AWS_REGION\n`)
  })

  it.each([
    ['no YAML', 'dbs: ['],
    ['a replica with a url', 'dbs:\n  - path: /data/dev.db\n    replicas:\n      - url: s3://x/y\n'],
    ['a replica of another kind', 'dbs:\n  - path: /data/dev.db\n    replicas:\n      - type: sftp\n'],
  ])('is left to the user: %s', (_, text) => {
    expect(mergeLitestreamYml(text, wanted)).toBeNull()
  })
})
