import { describe, expect, it } from 'vitest'
import { errorCodeIn, parseListing } from '../../src/bucket/s3-answers.ts'

const listing = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>backups</Name>${inside}</ListBucketResult>`
const contents =
  '<Contents><Key>a&amp;b</Key><Size>12</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>'

describe('a listing', () => {
  it('is read with its keys, sizes and times', () => {
    expect(parseListing(listing(`<IsTruncated>false</IsTruncated>${contents}`))).toEqual({
      bucket: 'backups',
      objects: [{ key: 'a&b', size: 12, modified: new Date('2026-01-02T03:04:05Z') }],
      nextToken: undefined,
    })
  })

  it('says that it goes on', () => {
    const text = listing(
      `<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${contents}`,
    )
    expect(parseListing(text)).toMatchObject({ nextToken: 't' })
  })

  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><body>Sign in</body></html>'],
    ['a page that is XML', '<html><body>Sign in</body></html>'],
    ['an error', '<Error><Code>AccessDenied</Code></Error>'],
    ['text', 'OK'],
    ['JSON', '{"ok":true}'],
    ['a listing that broke off', listing(contents).slice(0, -30)],
    ['a listing without its bucket', '<ListBucketResult></ListBucketResult>'],
    ['a listing that goes on nowhere', listing('<IsTruncated>true</IsTruncated>')],
    ['a listing with an object without a key', listing('<Contents><Size>1</Size></Contents>')],
  ])('is not %s', (_, text) => {
    expect(parseListing(text)).toBeNull()
  })
})

describe('an error code', () => {
  it.each([
    ['<Error><Code>NoSuchKey</Code></Error>', 'NoSuchKey'],
    ['<?xml version="1.0"?>\n<Error><Message>m</Message><Code>NoSuchBucket</Code></Error>', 'NoSuchBucket'],
    ['<html><Code>NoSuchKey</Code></html>', undefined],
    ['<Error><Code>NoSuchKey', undefined],
    ['Not Found', undefined],
    ['', undefined],
  ])('in %j is %s', (text, code) => {
    expect(errorCodeIn(text)).toBe(code)
  })
})
